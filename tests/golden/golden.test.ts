// The committed part of the golden values, on every machine. `npm run golden` runs all of them where they are.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runGolden } from './run.ts';

it('agrees with the committed golden values of PyTorch and diffusers', async () => {
  const lines: string[] = [];
  const totals = await runGolden(
    [],
    (line) => lines.push(line),
    fileURLToPath(new URL('../fixtures/golden', import.meta.url)),
  );
  expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([]);
  expect(totals.passed).toBeGreaterThan(100);
});
