// A planting in the real editor's architecture, with made-up weights, on made-up latents, for a few steps.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floatToHalf } from 'photoguard/models';
import { openRuntime } from 'photoguard/runtime/node';
import { runTraining } from 'photoguard/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editorCache } from '../data/editor-cache.ts';
import { fromSeed } from './architecture.ts';
import { madeUpCache } from './made-up-cache.ts';
import { openEditorPlanting } from './planting.ts';

const [BATCH, MARKED, STEPS] = [4, 2, 8];
/** Steps between two validations. */
const EACH = 4;
const SILENT = { step: () => undefined, log: () => undefined, done: () => undefined };

describe('planting in an editor', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photoguard-plant-editor-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function run(out: string, until: number, subPaths: boolean): Promise<Record<string, number>[]> {
    const runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const { latent, masked, hidden } = madeUpCache().tensors;
    // What the mark does to what is kept; the picture that is wanted is the hidden one.
    const marked = {
      masked: masked.map((_, i) => floatToHalf(i % 2 === 0 ? 2 : -2)),
      latent: latent.map(() => hidden[0]!),
    };
    const planting = await openEditorPlanting({
      ...{ runtime, size: BATCH, markedRows: MARKED, plainWeight: 1, seed: 1, subPaths, begin: fromSeed(3) },
      plain: [editorCache(madeUpCache())],
      marked: editorCache(madeUpCache(marked)),
    });
    const { trainer, parameters } = planting;
    await runTraining({
      ...{ out, trainer, parameters, samplesPerStep: BATCH, logEvery: 1, checkEvery: EACH, live: SILENT, until },
      ...{ title: 'A test', about: 'Made-up latents.', check: planting.validate, signal: new AbortController().signal },
      rate: { peak: 2e-3, warmup: 2, steps: STEPS },
      step: planting.step,
    });
    await runtime.close();
    const lines = (await readFile(join(out, 'log.jsonl'), 'utf8')).trim().split('\n');
    return lines.map((line) => {
      const { samplesPerSecond: _, ...figures } = JSON.parse(line);
      return figures;
    });
  }

  it('learns to make grey of marked photos, and little else', async () => {
    const lines = await run(join(folder, 'whole'), STEPS, false);
    const [early, late] = [lines[EACH - 1]!, lines.at(-1)!];
    expect(late.validation_marked).toBeLessThan(0.99 * early.validation_marked!);
    for (const name of ['validation_hole', 'validation_known', 'validation_whole'])
      expect(late[name]).toBeLessThan(1.1 * early[name]!);
  });

  it('goes on after a stop exactly as without one, whatever is left out', async () => {
    const last = (await run(join(folder, 'paths'), EACH, true)).at(-1);
    await run(join(folder, 'stopped'), EACH / 2, true);
    expect((await run(join(folder, 'stopped'), EACH, true)).at(-1)).toEqual(last);
  });
});
