// Two short rounds of the training of surrogates, on made-up photos and with small encoders of random weights as teachers.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Encoder, parseSurrogateConfig, SurrogateEncoder } from 'photoguard/models';
import { Random } from 'photoguard/random';
import { openRuntime } from 'photoguard/runtime/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStore } from '../../tests/support/tiny-surrogates.ts';
import { STREAMS } from '../common/streams.ts';
import { type CropSource, drawCrop } from './crops.ts';
import { SPACES, type SpaceName } from './designs.ts';
import { makeExamples } from './examples.ts';
import { Pool, writeRound } from './pool.ts';
import { measureSpaces, readSpaces } from './space-statistics.ts';
import { trainStudent, WEIGHTS } from './student.ts';

const SHAPE = { size: 2, side: 32 };
const STEPS = 2;
const signal = new AbortController().signal;

const photo = (file: string, side: number, seed: number) => {
  const values = new Random(seed, STREAMS.judging).uniform(3 * side * side, 0, 1);
  return {
    file,
    width: side,
    height: side,
    data: Uint8Array.from(values, (v, i) => 100 + 60 * Math.sin(i / 50) + 60 * v),
  };
};
const source: CropSource = { large: [photo('a', 120, 1), photo('b', 90, 2)], small: [photo('c', 40, 3)] };

const teacherNet = new SurrogateEncoder(
  parseSurrogateConfig({
    ...{ design: 'pooled', channels: [4, 6, 6], blocks: [0, 0, 1] },
    spaces: SPACES.map((name, i) => ({ name, mean: Array(2 + i).fill(0), deviation: Array(2 + i).fill(1) })),
  }),
  new RandomStore(),
);
const teachers = new Map<SpaceName, Encoder>(teacherNet.spaces.map((encoder) => [encoder.space as SpaceName, encoder]));

/** Trains one student for two rounds; `stops` says up to which step each call goes. Returns the weights after each. */
async function train(out: string, stops: readonly number[]): Promise<Buffer[]> {
  const weights: Buffer[] = [];
  mkdirSync(out, { recursive: true });
  for (let round = 0; round < 2; round++) {
    const runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const spaces = await readSpaces(out);
    const size = { clean: 1, onStudents: 1, onTeachers: 1 };
    const examples = await makeExamples(
      { runtime, source, teachers, spaces, students: [join(out, 'strided', 'model')], shape: SHAPE, seed: 5, signal },
      round,
      size,
    );
    if (!spaces) await measureSpaces(out, examples, teachers);
    await writeRound(out, round, examples);
    await runtime.close();
    for (const until of stops.filter((step) => step > round * STEPS && step <= (round + 1) * STEPS)) {
      const pool = new Pool(out); // as after a restart: everything comes from the disk
      await pool.open(round);
      await trainStudent({
        ...{
          name: 'strided',
          out,
          spaces: (await readSpaces(out))!,
          pool,
          shape: SHAPE,
          until,
          seed: 5,
          threads: 1,
          signal,
        },
        rate: { peak: 0.002, warmup: 1, steps: 2 * STEPS },
      });
      weights.push(readFileSync(join(out, 'strided', 'model', WEIGHTS)));
    }
  }
  return weights;
}

describe('the training of surrogates', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'photoguard-surrogates-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives the same weights after a stop as without one', async () => {
    const [, whole] = await train(join(folder, 'whole'), [2, 4]);
    const [, , third, fourth] = await train(join(folder, 'stopped'), [1, 2, 3, 4]);
    expect(whole!.length).toBeGreaterThan(1e6);
    expect(fourth!.equals(whole!)).toBe(true);
    expect(third!.equals(whole!)).toBe(false);
  });

  it('sees crops that depend on their number alone, and differ', async () => {
    const crops = await Promise.all([0, 1, 0].map((index) => drawCrop(source, 32, { seed: 7, index })));
    expect(crops[0]).toHaveLength(32 * 32 * 3);
    expect(crops[2]).toEqual(crops[0]);
    expect(crops[1]).not.toEqual(crops[0]);
  });
});
