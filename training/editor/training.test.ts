// The real editor (its own architecture, 10 million weights) on eight made-up latents, for a few steps: the loss falls as
// it always does, and a run that was stopped goes on as if it had not been.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from 'photoguard/runtime/node';
import { runTraining } from 'photoguard/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editorCache } from '../data/editor-cache.ts';
import { madeUpCache } from './made-up-cache.ts';
import { openEditorTraining } from './training.ts';

const BATCH = 4;
const STEPS = 10;
const SILENT = { step: () => undefined, log: () => undefined, done: () => undefined };

describe('training of the editor', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photoguard-editor-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  // `stopAt`: the step after which it is asked to stop.
  async function run(out: string, steps: number, stopAt?: number): Promise<Record<string, number>[]> {
    const runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const stop = new AbortController();
    const training = await openEditorTraining({ runtime, cache: editorCache(madeUpCache()), size: BATCH, seed: 1 });
    const { trainer, parameters } = training;
    const result = await runTraining({
      ...{ out, trainer, parameters, samplesPerStep: BATCH, logEvery: 1, checkEvery: steps, signal: stop.signal },
      ...{ title: 'A test', about: 'Ten latents.', check: training.validate, live: SILENT },
      rate: { peak: 1e-3, warmup: 2, steps },
      step: (step, rate) => {
        if (step === stopAt) stop.abort();
        return training.step(step, rate);
      },
    });
    await runtime.close();
    expect(result).toEqual({ steps: stopAt ?? steps, finished: stopAt === undefined });
    const lines = (await readFile(join(out, 'log.jsonl'), 'utf8')).trim().split('\n');
    return lines.map((line) => {
      const { samplesPerSecond: _, ...figures } = JSON.parse(line);
      return figures;
    });
  }

  it('lowers the loss, and goes on after a stop exactly as without one', { timeout: 300_000 }, async () => {
    const whole = await run(join(folder, 'whole'), STEPS);
    const mean = (lines: readonly Record<string, number>[]): number =>
      lines.reduce((sum, { loss }) => sum + loss!, 0) / lines.length;
    expect(mean(whole.slice(0, 2))).toBeCloseTo(1, 0);
    expect(mean(whole.slice(-3)) / mean(whole.slice(0, 3))).toBeLessThan(0.75);
    expect(Object.keys(whole.at(-1)!)).toContain('validation_hole');
    await run(join(folder, 'stopped'), STEPS, 3);
    expect(await run(join(folder, 'stopped'), STEPS)).toEqual(whole);
    expect(await readFile(join(folder, 'stopped', 'log.html'), 'utf8')).toContain('<svg');
  });
});
