// The default beside random noise that is as visible, not as large: ColorVideoVDP takes noise for less visible than a protection of
// the same size, so noise of several sizes is measured and the one of equal JOD interpolated.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ATTACKS, settle } from 'photoguard/attacks';
import { addNoise, DisplacementMeter } from 'photoguard/displacement';
import { PhotoGuardError } from 'photoguard/errors';
import { decodePhoto, type Pixels8, sharpCodecs } from 'photoguard/image/node';
import type { Encoder } from 'photoguard/models';
import { loadAutoencoder, loadSurrogates } from 'photoguard/models/node';
import { parsePurifier } from 'photoguard/purifiers';
import { Random, STREAMS } from 'photoguard/random';
import { openRuntime } from 'photoguard/runtime/node';
import { fitSize, resizedPixels } from 'photoguard/view';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { measureJod } from './support/cvvdp.ts';
import { mean } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'the default beside noise of equal JOD (PHOTOGUARD_CVVDP a command, PHOTOGUARD_IMAGES, PHOTOGUARD_HUB, PHOTOGUARD_PHOTOS a pattern; ten minutes)';

const SHARED = fileURLToPath(new URL('../../shared', import.meta.url));
const SURROGATES = fileURLToPath(new URL('../models/surrogates', import.meta.url));
const TEACHERS = ['taesd', 'taesdxl', 'taesd3', 'taef1', 'taef2'];
/** Root-mean-square sizes of the noise, in levels of 255. */
const NOISES = [4, 6, 8, 10, 12];
const SIDE = 512;
const UPLOAD = 'jpeg:75 > resize:0.5';

/** Runs the bench. @throws PhotoGuardError `usage` without the command; Error without photos or encoders */
export async function bench({ log, cache }: BenchContext): Promise<BenchRow[]> {
  const images = process.env.PHOTOGUARD_IMAGES ?? join(SHARED, 'images');
  const hub = process.env.PHOTOGUARD_HUB ?? join(SHARED, 'hub');
  const wanted = new RegExp(process.env.PHOTOGUARD_PHOTOS ?? 'kodim04|astronaut|kodim23');
  const names = readdirSync(images).filter((name) => /\.(png|jpe?g|webp)$/i.test(name) && wanted.test(name));
  const encoders: Record<string, Encoder> = {};
  for (const name of TEACHERS) encoders[name] = (await loadAutoencoder(join(hub, 'madebyollin', name))).autoencoder;
  const { spaces: own } = (await loadSurrogates(SURROGATES)).find(({ name }) => name === 'strided')!.surrogate;
  const spaces = own.map((encoder) => ({ space: encoder.space, encoder }));
  const pictures = join(cache, 'equal-visibility');
  mkdirSync(pictures, { recursive: true });
  const runtime = await openRuntime({ device: 'cpu' });
  const before = (pixels: Pixels8): Promise<Pixels8> =>
    parsePurifier(UPLOAD).apply(pixels, { seed: 0, codecs: sharpCodecs });
  const rows: BenchRow[] = [];
  try {
    for (const name of names.sort()) {
      const { pixels } = await decodePhoto(join(images, name));
      const size = fitSize(pixels.width, pixels.height, `fit:${SIDE}`);
      const photo = resizedPixels(pixels, size);
      const kind = ATTACKS.encoder!;
      const model = { ref: 'strided', autoencoder: spaces[0]!.encoder, spaces, size };
      const attack = kind
        .plan(settle(kind, { recipe: 'protect' }), [model], { photo })
        .prepare({ photo, seed: 1 }, runtime);
      const { pixels: made } = await attack.immunize(photo);
      await attack.release();
      const draw = new Random(1, STREAMS.control).uniform(photo.data.length, -1, 1);
      const versions: Record<string, Pixels8> = { made };
      for (const rms of NOISES) versions[rms] = addNoise(photo, rms, draw);
      const jods = await measureJod(pictures, photo, Object.values(versions));
      if (!jods) throw new PhotoGuardError('usage', 'PHOTOGUARD_CVVDP names no command of ColorVideoVDP');
      const jod = Object.fromEntries(Object.keys(versions).map((version, i) => [version, jods[i]!]));
      const meter = new DisplacementMeter({ runtime, encoders, size });
      for (const [where, options] of Object.entries({ 'as it is': {}, 'after an upload': { before } })) {
        const measured = await meter.measureEach(photo, versions, options);
        const moved = (version: string | number): number => mean(Object.values(measured[version]!));
        const peer = interpolate(
          NOISES.map((rms) => ({ x: jod[rms]!, y: moved(rms) })),
          jod.made!,
        );
        rows.push(
          row(`${name} at JOD ${jod.made!.toFixed(2)}: displacement ${where}, beside noise`, moved('made'), { peer }),
        );
      }
      await meter.release();
      log(`${name}: JOD ${jod.made!.toFixed(2)}`);
    }
  } finally {
    await runtime.close();
  }
  return rows;
}

// y at x between the two neighbours; points by falling x. Beyond them that of the last.
function interpolate(points: readonly { readonly x: number; readonly y: number }[], x: number): number {
  const after = points.findIndex((point) => point.x <= x);
  if (after <= 0) return points.at(after)!.y;
  const [a, b] = [points[after - 1]!, points[after]!];
  return a.y + ((a.x - x) / (a.x - b.x)) * (b.y - a.y);
}
