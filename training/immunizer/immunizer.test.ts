// A tiny training of the immunizer on made-up photos, against small surrogates of random weights; and FLIP as a graph.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSurrogateConfig, SurrogateEncoder } from 'photoguard/models';
import { Random } from 'photoguard/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStore, tinySurrogate } from '../../tests/support/tiny-surrogates.ts';
import { STREAMS } from '../common/streams.ts';
import type { CropSource } from '../surrogates/crops.ts';
import { trainImmunizer, WEIGHTS } from './training.ts';

const photo = (file: string, side: number, seed: number) => {
  const values = new Random(seed, STREAMS.judging).uniform(3 * side * side, 0, 1);
  const data = Uint8Array.from(values, (v, i) => 100 + 60 * Math.sin(i / 50) + 60 * v);
  return { file, width: side, height: side, data };
};
const source: CropSource = { large: [photo('a', 120, 1), photo('b', 90, 2)], small: [photo('c', 40, 3)] };
const networks = (['strided', 'pooled'] as const).map(
  (design) => new SurrogateEncoder(parseSurrogateConfig(tinySurrogate(design)), new RandomStore()),
);

const STEPS = 24;

/** Trains up to a step. Returns the weights. */
async function train(out: string, until: number): Promise<Buffer> {
  await trainImmunizer({
    ...{ out, networks, source, until, config: { fine: 8, coarse: 12, blocks: 1 }, shape: { size: 2, side: 32 } },
    ...{ rate: 0.006, steps: STEPS, checkEvery: STEPS, seed: 5, threads: 1, signal: new AbortController().signal },
  });
  return readFileSync(join(out, 'model', WEIGHTS));
}

describe('the training of the immunizer', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'photoguard-immunizer-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives the same weights after a stop as without one, and moves latents further than noise of the same size', async () => {
    const [whole, stopped] = [join(folder, 'whole'), join(folder, 'stopped')];
    const early = await train(stopped, 2);
    const late = await train(stopped, STEPS);
    expect(late.equals(early)).toBe(false);
    expect((await train(whole, STEPS)).equals(late)).toBe(true);
    const lines = readFileSync(join(whole, 'log.jsonl'), 'utf8').trim().split('\n');
    const last = JSON.parse(lines.at(-1)!) as Record<string, number>;
    const gain = last['check.moved']! / last['noise.moved']!;
    expect(gain).toBeGreaterThan(1.3);
    expect(gain).toBeLessThan(4);
    expect(last['check.flip']).toBeLessThan(0.08);
  });
});
