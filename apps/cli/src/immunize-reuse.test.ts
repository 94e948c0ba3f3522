// A batch of photos of one size: programs are loaded for the first one, and serve the others.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgramStore, type Runtime } from 'photoguard/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { testImage } from '../../../tests/support/photos.ts';
import { tinyRepository, writeFiles } from '../../../tests/support/tiny-model.ts';
import { immunizeCommand } from './immunize-command.ts';

const device = vi.hoisted(() => ({ loads: [] as string[], held: 0, most: 0 }));
vi.mock(import('photoguard/runtime/node'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    openRuntime: async (options) => {
      const runtime = await actual.openRuntime(options);
      const load: Runtime['load'] = async (graph, given) => {
        device.loads.push(graph.outputs.some(({ name }) => name === 'grad.image') ? 'gradient' : graph.name);
        device.most = Math.max(device.most, ++device.held);
        const program = await runtime.load(graph, given);
        return {
          ...program,
          release: () => {
            device.held--;
            return program.release();
          },
        };
      };
      return {
        ...{ device: runtime.device, threads: runtime.threads, load, programs: new ProgramStore({ load }) },
        write: (...given) => runtime.write(...given),
        read: (...given) => runtime.read(...given),
        peakBytes: () => runtime.peakBytes(),
        close: () => runtime.close(),
      };
    },
  };
});

let base: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'photoguard-reuse-'));
  writeFiles(join(base, 'model'), tinyRepository());
  for (const [name, width, seed] of [
    ['a', 32, 1],
    ['b', 32, 2],
    ['c', 48, 3],
  ] as const)
    await testImage(width, 32, 3, seed)
      .png()
      .toFile(join(base, `${name}.png`));
});
beforeEach(() => Object.assign(device, { loads: [], held: 0, most: 0 }));
afterAll(() => rmSync(base, { recursive: true }));

// How many photos were done.
async function immunize(...photos: string[]): Promise<number> {
  const results: { results?: readonly unknown[] } = {};
  const report = {
    put: (fields: object) => void Object.assign(results, fields),
    fail: (failure: object) => expect(failure).toEqual({}),
  };
  const options = [
    '-m',
    join(base, 'model'),
    '--steps',
    '2',
    '--size',
    'fit:64',
    '--no-compare',
    '--force',
    '--json',
    '-o',
    join(base, 'out'),
  ];
  const command = immunizeCommand({ signal: new AbortController().signal, report }).exitOverride();
  await command.parseAsync([...photos.map((name) => join(base, `${name}.png`)), ...options], { from: 'user' });
  return results.results!.length;
}

describe('programs of a batch', () => {
  it('are loaded once for photos of one size', async () => {
    expect(await immunize('a')).toBe(1);
    const alone = [...device.loads];
    expect(alone).toContain('gradient');
    expect(device.most).toBe(1);
    Object.assign(device, { loads: [], held: 0 });
    expect(await immunize('a', 'b')).toBe(2);
    expect(device.loads.toSorted()).toEqual([...new Set(alone)].toSorted());
  });

  it('go where those of another size need the room', async () => {
    expect(await immunize('a', 'c', 'b')).toBe(3);
    expect(device.loads.filter((name) => name === 'gradient').length).toBeGreaterThan(1);
    expect(device.most).toBeLessThan(4);
  });
});
