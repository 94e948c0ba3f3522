// What sparing faces costs: the default protection at its level of visibility, with and without `--spare faces`, as encoders
// see it that were not attacked: on the whole photo, and on the face cut out of it.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ATTACKS, settle } from 'photoguard/attacks';
import { DisplacementMeter, rootMeanSquare } from 'photoguard/displacement';
import { PhotoGuardError } from 'photoguard/errors';
import { coverFaces, type Face, findFaces, readFaceNetwork } from 'photoguard/faces';
import { decodePhoto, type Mask, type Pixels8, type SoftMask } from 'photoguard/image/node';
import { flip } from 'photoguard/metrics';
import type { Encoder } from 'photoguard/models';
import { facesFile, loadAutoencoder, loadSurrogates, readOnnxFile } from 'photoguard/models/node';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { fitSize } from 'photoguard/view';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { measureJod } from './support/cvvdp.ts';
import { mean } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'what --spare faces costs on three photos, beside none spared (PHOTOGUARD_IMAGES, PHOTOGUARD_HUB, PHOTOGUARD_PHOTOS a pattern, PHOTOGUARD_CVVDP a command; 3 minutes)';

const SHARED = fileURLToPath(new URL('../../shared', import.meta.url));
const SURROGATES = fileURLToPath(new URL('../models/surrogates', import.meta.url));
const PHOTOS = ['astronaut', 'kodim04', 'kodim15'];
const TEACHERS = ['taesd', 'taesdxl', 'taesd3', 'taef1', 'taef2'];
const ATTACKED = 'strided';
/** Longer side at which networks see a photo. */
const SIDE = 512;

/** Runs the bench. @throws Error without photos or encoders */
export async function bench({ log, cache }: BenchContext): Promise<BenchRow[]> {
  const images = process.env.PHOTOGUARD_IMAGES ?? join(SHARED, 'images');
  const hub = process.env.PHOTOGUARD_HUB ?? join(SHARED, 'hub');
  const encoders: Record<string, Encoder> = {};
  for (const name of TEACHERS) encoders[name] = (await loadAutoencoder(join(hub, 'madebyollin', name))).autoencoder;
  const runtime = await openRuntime({ device: 'cpu' });
  const network = await readFaceNetwork(await readOnnxFile(facesFile()));
  const rows: BenchRow[] = [];
  try {
    for (const name of PHOTOS.filter((one) => new RegExp(process.env.PHOTOGUARD_PHOTOS ?? '').test(one))) {
      const { pixels: photo } = await decodePhoto(join(images, `${name}.png`));
      const faces = await findFaces(photo, { network, runtime });
      if (faces.length === 0) throw new PhotoGuardError('input', `${name}: no face was found`);
      const seen: Figures[] = [];
      for (const spare of [undefined, coverFaces(faces, photo)]) {
        const made = await protect(photo, spare, runtime);
        const jod = (await measureJod(cache, photo, [made]))?.[0];
        seen.push({ jod, ...(await measure(photo, made, faces[0]!, { encoders, runtime })) });
        log(`${name}, ${spare ? `${faces.length} spared` : 'none spared'}: ${JSON.stringify(seen.at(-1))}`);
      }
      const [none, spared] = seen as [Figures, Figures];
      const add = (what: string, of: (one: Figures) => number | undefined): void => {
        const [ours, peer] = [of(spared), of(none)];
        if (ours !== undefined) rows.push(row(`${name}: ${what}, beside none spared`, ours, { peer: peer! }));
      };
      add('FLIP', (one) => one.flip);
      add('JOD', (one) => one.jod);
      add('displacement of the photo', (one) => one.whole);
      add('displacement of the face', (one) => one.face);
      add('change of the face, levels', (one) => one.change);
    }
  } finally {
    await runtime.close();
  }
  return rows;
}

interface Figures {
  readonly jod?: number | undefined;
  readonly flip: number;
  /** Displacement, mean of the encoders: of the photo, and of the face cut out of it. */
  readonly whole: number;
  readonly face: number;
  /** Root-mean-square change of the face, in levels of 255. */
  readonly change: number;
}

async function protect(photo: Pixels8, spare: Mask | SoftMask | undefined, runtime: Runtime): Promise<Pixels8> {
  const { surrogate } = (await loadSurrogates(SURROGATES)).find(({ name }) => name === ATTACKED)!;
  const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
  const size = fitSize(photo.width, photo.height, `upload:${SIDE}`);
  const model = { ref: ATTACKED, autoencoder: spaces[0]!.encoder, spaces, size };
  const kind = ATTACKS.encoder!;
  const attack = kind.plan(settle(kind, { recipe: 'protect' }), [model], {}).prepare({ photo, spare }, runtime);
  try {
    return (await attack.immunize(photo)).pixels;
  } finally {
    await attack.release();
  }
}

async function measure(
  photo: Pixels8,
  made: Pixels8,
  face: Face,
  options: { readonly encoders: Readonly<Record<string, Encoder>>; readonly runtime: Runtime },
): Promise<Omit<Figures, 'jod'>> {
  const displaced = async (before: Pixels8, after: Pixels8): Promise<number> => {
    const meter = new DisplacementMeter({ ...options, size: fitSize(before.width, before.height, `upload:${SIDE}`) });
    const found = await meter.measure(before, after);
    await meter.release();
    return mean(Object.values(found));
  };
  const [before, after] = [cutFace(photo, face), cutFace(made, face)];
  return {
    flip: flip(photo, made),
    whole: await displaced(photo, made),
    face: await displaced(before, after),
    change: rootMeanSquare(before, after),
  };
}

// The face's square, in whole blocks of 8 pixels.
function cutFace(photo: Pixels8, { x, y, side }: Face): Pixels8 {
  const size = 8 * Math.floor(Math.min(side, photo.width, photo.height) / 8);
  const place = (middle: number, length: number): number =>
    Math.round(Math.max(0, Math.min(length - size, middle - size / 2)));
  const [left, top] = [place(x, photo.width), place(y, photo.height)];
  const data = new Uint8Array(3 * size * size);
  for (let row = 0; row < size; row++) {
    const from = 3 * ((top + row) * photo.width + left);
    data.set(photo.data.subarray(from, from + 3 * size), 3 * size * row);
  }
  return { width: size, height: size, channels: 3, data };
}
