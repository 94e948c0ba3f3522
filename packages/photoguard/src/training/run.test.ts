import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LiveLine, readLog, runTraining, type Trainer } from 'photoguard/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photoguard-run-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A training of one weight: a step doubles it and adds the step's number; its loss is the weight. */
function run(out: string, { steps = 6, signal = new AbortController().signal, stopAt = 0, stop = () => {} } = {}) {
  let weight = 0;
  const trainer = {
    restore: async (states: Record<string, Float32Array>) => void (weight = states['parameter.w']![0]!),
    read: async () => ({ 'parameter.w': Float32Array.of(weight) }),
  } as unknown as Trainer;
  const shown: number[] = [];
  const live: LiveLine = { step: ({ step }) => shown.push(step), log: () => {}, done: () => {} };
  const result = runTraining({
    ...{ out: join(folder, out), trainer, live, signal, samplesPerStep: 8, logEvery: 1, checkEvery: 2 },
    parameters: new Map([['w', { shape: [1], data: Float32Array.of(0) }]]),
    rate: { peak: 1, warmup: 1, steps },
    ...{ title: out, about: 'One weight.' },
    step: async (step) => {
      weight = 2 * weight + step;
      if (step === stopAt) stop();
      return { loss: weight, norm: 1, kept: {} };
    },
    check: async () => ({ validation: weight / 2 }),
  });
  return { result, shown };
}

const losses = async (out: string) =>
  (await readLog(join(folder, out, 'log.jsonl'))).map(({ step, loss }) => [step, loss]);

describe('runTraining', () => {
  it('logs, shows each step, and writes the page with the last figures', async () => {
    const { result, shown } = run('whole');
    expect(await result).toEqual({ steps: 6, finished: true });
    expect(shown).toEqual([1, 2, 3, 4, 5, 6]);
    const page = await readFile(join(folder, 'whole', 'log.html'), 'utf8');
    expect(page).toContain('Step 6, 48 samples seen.');
    expect(page).toContain('Loss of validation');
  });

  it('goes on after a stop with the loss that it would have had', async () => {
    const controller = new AbortController();
    const first = run('stopped', { signal: controller.signal, stopAt: 3, stop: () => controller.abort() });
    expect(await first.result).toEqual({ steps: 3, finished: false });
    const second = run('stopped');
    expect(await second.result).toEqual({ steps: 6, finished: true });
    expect(second.shown).toEqual([4, 5, 6]);
    expect(await losses('stopped')).toEqual(await losses('whole'));
  });
});
