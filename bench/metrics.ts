// Each metric here and in piq, taking turns on the same pairs: a photo and its JPEG at quality 50, from bytes in memory
// to the number. One thread here, in float64; all cores there, in float32. The values are compared too, so that equal
// quantities are timed. Sets of features: distances of given features.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type Child, startChild } from '../tests/support/child.ts';
import { alternate } from './support/alternate.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { benchPython } from './support/python.ts';

/** For the list of benches. */
export const about = 'metrics of pairs and of sets of features against piq: time (five minutes)';

const here = fileURLToPath(new URL('.', import.meta.url));
const PHOTO = join(here, '../examples/portrait.png');
const ROUNDS = 15;

/** Sizes of pairs: output of small editors, output of editors, and a photo whose sides are not powers of two. */
const SIZES = [
  [256, 256],
  [512, 512],
  [500, 375],
] as const;

/** Metrics of pairs that both have, by our field names; `all` is all of them, of one pair. */
const PAIRS = ['psnr', 'ssim', 'ssimPooled', 'msSsimPiq', 'vifp', 'fsim', 'fsimc', 'gmsd', 'all'] as const;

/** Distances of sets, and the size of the sets. */
const SETS = ['frechet', 'kernel', 'precisionRecall'] as const;
const [COUNT, DIMENSIONS] = [200, 64];

interface Answer {
  readonly seconds: number;
  readonly value: number;
}

/** Runs the bench. */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const python = await benchPython(context);
  const folder = join(context.cache, 'metrics');
  mkdirSync(folder, { recursive: true });
  const contestants = [
    startChild(process.execPath, ['--conditions=source', join(here, 'metrics/ours.ts')]),
    startChild(python, [join(here, 'metrics/peer.py')]),
  ] as const;
  const rows: BenchRow[] = [];
  for (const [width, height] of SIZES) {
    const [reference, distorted] = await pair(folder, width, height);
    for (const metric of PAIRS) {
      context.log(`${metric} of ${width}x${height}`);
      const times = await compare(contestants, { metric, reference, distorted, width, height });
      const what = metric === 'all' ? 'all of these' : metric;
      rows.push(
        row(`${what}, ${width}x${height}: best time, ms`, times.ours, { peer: times.peer, goal: { atMost: 1 } }),
      );
    }
  }
  for (const metric of SETS) {
    context.log(metric);
    const times = await compare(contestants, { metric, count: COUNT, dimensions: DIMENSIONS });
    const what = `${metric}, twice ${COUNT} features of ${DIMENSIONS}: best time, ms`;
    rows.push(row(what, times.ours, { peer: times.peer, goal: { atMost: 1 } }));
  }
  for (const child of contestants) await child.end();
  return rows;
}

async function compare(
  [ours, peer]: readonly [Child, Child],
  request: object,
): Promise<{ ours: number; peer: number }> {
  const values = { ours: Number.NaN, peer: Number.NaN };
  const ask = async (child: Child, name: 'ours' | 'peer', more = {}): Promise<number> => {
    const { seconds, value } = (await child.ask({ ...request, ...more })) as Answer;
    values[name] = value;
    return seconds * 1000;
  };
  // Warm-up for both: compilation here, threads and memory there.
  for (const [child, name] of [
    [ours, 'ours'],
    [peer, 'peer'],
  ] as const)
    await ask(child, name, { times: 15 });
  const times = await alternate({ ours: () => ask(ours, 'ours'), peer: () => ask(peer, 'peer') }, ROUNDS);
  // float32 loses three digits of VIFp.
  if (!(Math.abs(values.ours / values.peer - 1) < 5e-3))
    throw new Error(`${JSON.stringify(request)}: ours is ${values.ours}, piq's is ${values.peer}`);
  return { ours: times.ours.best, peer: times.peer.best };
}

// Files of the bytes of a photo and of its JPEG.
async function pair(folder: string, width: number, height: number): Promise<[string, string]> {
  const files = ['reference', 'distorted'].map((name) => join(folder, `${width}x${height}.${name}.rgb`));
  const [reference, distorted] = files as [string, string];
  if (files.every((file) => existsSync(file))) return [reference, distorted];
  const photo = await sharp(PHOTO).removeAlpha().resize(width, height, { fit: 'cover' }).png().toBuffer();
  writeFileSync(reference, await sharp(photo).raw().toBuffer());
  writeFileSync(
    distorted,
    await sharp(await sharp(photo).jpeg({ quality: 50 }).toBuffer())
      .raw()
      .toBuffer(),
  );
  return [reference, distorted];
}
