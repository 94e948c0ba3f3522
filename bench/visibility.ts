// What FLIP is worth in JOD, so that levels and words for visibility rest on what people see: photos with noise, with
// protections, with compression and with less contrast, each in several sizes.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ATTACKS, settle } from 'photoguard/attacks';
import { addNoise, lowerContrast } from 'photoguard/displacement';
import { decodePhoto, type Pixels8, sharpCodecs } from 'photoguard/image/node';
import { flip } from 'photoguard/metrics';
import { loadSurrogates } from 'photoguard/models/node';
import { parsePurifier } from 'photoguard/purifiers';
import { Random, STREAMS } from 'photoguard/random';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { fitSize, resizedPixels } from 'photoguard/view';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { measureJod } from './support/cvvdp.ts';
import { mean } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'FLIP beside JOD on more than a hundred pictures (PHOTOGUARD_CVVDP a command, PHOTOGUARD_IMAGES, PHOTOGUARD_LIMIT photos; ten minutes)';

const SHARED = fileURLToPath(new URL('../../shared', import.meta.url));
const SURROGATES = fileURLToPath(new URL('../models/surrogates', import.meta.url));
const SIDE = 512;
/** Root-mean-square sizes of noise and of a change of tone, in levels of 255. */
const LEVELS = [2, 4, 7];
/** Bounds of protections, in levels of 255. */
const BOUNDS = [3, 5, 8, 12];
const QUALITIES = [80, 50];
/** JOD that the words begin at. */
const JODS = [9.75, 9.5, 9.2];

/** Runs the bench. @throws Error without PHOTOGUARD_CVVDP, or photos */
export async function bench({ log, cache }: BenchContext): Promise<BenchRow[]> {
  const images = process.env.PHOTOGUARD_IMAGES ?? join(SHARED, 'images');
  const folder = join(cache, 'visibility');
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(images)
    .filter((name) => /\.(png|jpe?g|webp)$/i.test(name))
    .sort()
    .slice(0, Number(process.env.PHOTOGUARD_LIMIT ?? 12));
  const runtime = await openRuntime({ device: 'cpu' });
  const seen: { kind: string; flip: number; jod: number }[] = [];
  try {
    for (const name of names) {
      const { pixels } = await decodePhoto(join(images, name));
      const photo = resizedPixels(pixels, fitSize(pixels.width, pixels.height, `upload:${SIDE}`));
      const versions = await makeVersions(photo, runtime);
      const jods = await measureJod(
        folder,
        photo,
        versions.map(([, version]) => version),
      );
      if (!jods) throw new Error('PHOTOGUARD_CVVDP is not set: the command of ColorVideoVDP, pip install cvvdp');
      for (const [i, [kind, version]] of versions.entries())
        seen.push({ kind, flip: flip(photo, version), jod: jods[i]! });
      log(`${name}: ${versions.length} pictures`);
    }
  } finally {
    await runtime.close();
  }
  const rows = [row('pictures', seen.length)];
  for (const kind of ['all', ...new Set(seen.map((one) => one.kind))]) {
    const some = seen.filter((one) => kind === 'all' || one.kind === kind);
    const line = fitLine(some.map((one) => [one.flip, 10 - one.jod]));
    for (const jod of JODS) rows.push(row(`${kind}: FLIP at JOD ${jod}`, (10 - jod - line.offset) / line.slope));
    rows.push(row(`${kind}: correlation of FLIP and JOD`, line.correlation));
  }
  return rows;
}

async function makeVersions(photo: Pixels8, runtime: Runtime): Promise<(readonly [kind: string, version: Pixels8])[]> {
  const draw = new Random(1, STREAMS.control).uniform(photo.data.length, -1, 1);
  const versions: (readonly [string, Pixels8])[] = [];
  for (const rms of LEVELS) versions.push(['noise', addNoise(photo, rms, draw)], ['tone', lowerContrast(photo, rms)]);
  for (const quality of QUALITIES)
    versions.push(['jpeg', await parsePurifier(`jpeg:${quality}`).apply(photo, { seed: 0, codecs: sharpCodecs })]);
  const [{ name, surrogate }] = (await loadSurrogates(SURROGATES)) as [Awaited<ReturnType<typeof loadSurrogates>>[0]];
  const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
  const model = {
    ref: name,
    autoencoder: spaces[0]!.encoder,
    spaces,
    size: fitSize(photo.width, photo.height, 'native'),
  };
  const kind = ATTACKS.encoder!;
  for (const bound of BOUNDS) {
    const settled = settle(kind, { recipe: 'quick', eps: bound / 255 });
    const attack = kind.plan(settled, [model], {}).prepare({ photo, seed: 1 }, runtime);
    versions.push(['protection', (await attack.immunize(photo)).pixels]);
    await attack.release();
  }
  return versions;
}

// A line through points, by least squares.
function fitLine(points: readonly (readonly [x: number, y: number])[]) {
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const product = (a: 0 | 1, b: 0 | 1): number =>
    points.reduce((sum, point) => sum + (point[a] - [mx, my][a]!) * (point[b] - [mx, my][b]!), 0);
  const slope = product(0, 1) / product(0, 0);
  const correlation = product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1));
  return { slope, offset: my - slope * mx, correlation };
}
