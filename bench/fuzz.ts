// Thousands of damaged photos and checkpoints: every one must be read, or refused with one clear line. The tests run a
// few hundred of each; this runs more than a test can. The goal is that none breaks the promise.
import { fuzzCheckpoints } from '../tests/fuzz/checkpoints.ts';
import { fuzzImages } from '../tests/fuzz/images.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';

/** For the list of benches. */
export const about = 'damaged photos and checkpoints (2,000 of each): read or refused clearly; seconds';

const COUNT = 2000;
/** Its own seed, so that it tries other files than the tests. */
const SEED = 20_26;

/** Runs the fuzzers of tests/fuzz. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  log(`${COUNT} damaged photos`);
  const images = await fuzzImages(COUNT, SEED);
  log(`${COUNT} damaged checkpoints`);
  const checkpoints = await fuzzCheckpoints(COUNT, SEED);
  for (const broken of [...images.broken, ...checkpoints.broken]) log(broken);
  const none = { goal: { atMost: 0 } };
  return [
    row('photos that broke the promise', images.broken.length, none),
    row('photos decoded all the same', images.decoded),
    row('photos refused', images.refused),
    row('slowest photo, ms', images.slowestMs),
    row('checkpoints that broke the promise', checkpoints.broken.length, none),
    row('checkpoints loaded all the same', checkpoints.loaded),
    row('checkpoints refused', checkpoints.refused),
    row('slowest checkpoint, ms', checkpoints.slowestMs),
  ];
}
