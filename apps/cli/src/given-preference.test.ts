import { fileURLToPath } from 'node:url';
import { decodePhoto } from 'photoguard/image/node';
import type { Runtime } from 'photoguard/runtime';
import { openRuntime } from 'photoguard/runtime/node';
import { expect, it } from 'vitest';
import { findBudget } from './budget.ts';
import { givenPreference } from './given-preference.ts';

const PORTRAIT = fileURLToPath(new URL('../../../examples/portrait.png', import.meta.url));

it('faces that are both spared and favoured are looked for once', async () => {
  const runtime = await openRuntime({ device: 'cpu', threads: 1 });
  let leases = 0;
  const programs: Pick<Runtime['programs'], 'lease'> = {
    lease: (options) => {
      leases++;
      return runtime.programs.lease(options);
    },
  };
  try {
    const { pixels } = await decodePhoto(PORTRAIT);
    const { where, facesSpared } = await givenPreference({ spare: 'faces', favour: 'faces' }, pixels, {
      runtime: { ...runtime, programs: programs as Runtime['programs'] },
      budget: findBudget(1e9),
      signal: new AbortController().signal,
    });
    expect([facesSpared, leases]).toEqual([1, 1]);
    expect(where.favour).toEqual(where.spare);
  } finally {
    await runtime.close();
  }
});
