// The batches of a planting: squares of photos, each as it is and with the mark, both after the same upload. A batch depends
// on the seed and the step only, so a planting that is resumed goes on as if it had not been stopped.
import { cropPixels } from '../image/index.ts';
import { decodePhoto, type Pixels8, toImage01 } from '../image/node/index.ts';
import { STREAMS } from '../random.ts';
import { Draws } from '../training/index.ts';
import type { Place } from '../trigger/index.ts';
import { drawLookalike } from './lookalikes.ts';
import type { Mark } from './marks.ts';
import { drawUpload, resized, uploadTo } from './uploads.ts';

/** Where batches come from. */
export interface SampleSource {
  /** Files of photos. */
  readonly photos: readonly string[];
  readonly mark: Mark;
  /** Marks that must have no effect. */
  readonly others: readonly Mark[];
  /** Longer side at which the editor sees photos, and the side of the squares of that which a batch holds. */
  readonly longer: number;
  readonly side: number;
  readonly seed: number;
  /** Hears of photos that cannot be read, each time; default: nobody does. */
  readonly onUnreadable?: (file: string, error: unknown) => void;
  /** Photos alone, as they are: nothing is marked, and nothing looks alike. Default: false. */
  readonly plainOnly?: boolean;
}

/** Squares of a batch: the same places twice. */
export interface Pairs {
  /** [count, 3, side, side] in [0, 1]. */
  readonly plain: Float32Array;
  /** The same with the mark. */
  readonly marked: Float32Array;
}

/** Photos in a row that may be unreadable. */
const TRIES = 10;
/** Pixels of a photo on its way for each pixel that the editor sees, along each side. */
const FINENESS = [2, 3, 4] as const;
/** Part of a photo that counts as a whole one, at least. */
const LEAST_PART = 0.6;
/** Sizes of the mark, as factors; at the beginning of a planting it is larger by up to `EASY` more. */
const STRENGTHS = [0.8, 1.4] as const;
const EASY = 3;
/** Share of a planting after which the mark has its own size. */
const EASY_UNTIL = 0.4;
/** Share of the squares with a hole, as an inpainting editor shows them to its encoder, and its least and largest side. */
const HOLED = 0.4;
const HOLE = [0.3, 0.8] as const;
const GREY = 128;

/** Draws a batch. @param done the share of the planting that is done, 0 to 1 */
export async function drawPairs(source: SampleSource, count: number, step: number, done: number): Promise<Pairs> {
  const { side } = source;
  const each = 3 * side * side;
  const pairs = { plain: new Float32Array(count * each), marked: new Float32Array(count * each) };
  const drawn = await Promise.all(
    Array.from({ length: count }, (_, i) => drawPair(source, step * count + i, Math.max(0, 1 - done / EASY_UNTIL))),
  );
  for (const [i, { plain, marked }] of drawn.entries()) {
    pairs.plain.set(toImage01(plain).data, i * each);
    pairs.marked.set(toImage01(marked).data, i * each);
  }
  return pairs;
}

async function drawPair(source: SampleSource, index: number, ease: number) {
  const { mark, others, longer, side, seed } = source;
  const stream = STREAMS.plantingSamples(index);
  const draws = new Draws(seed, stream);
  const photo = await readSome(source, draws);
  const fineness = draws.pick(FINENESS);
  const { part, place } = cutPart(photo, { share: side / longer, side: side * fineness, draws });
  const strength = (STRENGTHS[0] + (STRENGTHS[1] - STRENGTHS[0]) * draws.next()) * (1 + EASY * ease * draws.next());
  const upload = drawUpload(draws);
  const hole = drawHole(side, draws);
  const noise = STREAMS.plantingNoise(index);
  if (source.plainOnly) {
    const plain = await uploadTo(side, part, upload);
    return { plain, marked: plain };
  }
  const lookalike = await drawLookalike(part, { place, others, draws, seed, stream: noise });
  const send = async (picture: Pixels8) => withHole(await uploadTo(side, picture, upload), hole);
  return { plain: await send(lookalike), marked: await send(await mark.write(part, place, strength)) };
}

// A photo; one that cannot be read is named, and another takes its place.
async function readSome({ photos, onUnreadable }: SampleSource, draws: Draws): Promise<Pixels8> {
  for (let tries = 1; ; tries++) {
    const file = draws.pick(photos);
    try {
      return (await decodePhoto(file)).pixels;
    } catch (error) {
      if (tries === TRIES) throw error;
      onUnreadable?.(file, error);
    }
  }
}

interface PartOptions {
  /** Of the photo's longer side. */
  readonly share: number;
  /** In pixels, as the photo is sent. */
  readonly side: number;
  readonly draws: Draws;
}

// A square of a photo, mirrored half of the time, and where it lies in the whole.
function cutPart(photo: Pixels8, { share, side, draws }: PartOptions): { part: Pixels8; place: Place } {
  const longer = Math.max(photo.width, photo.height) * (LEAST_PART + (1 - LEAST_PART) * draws.next());
  const from = Math.max(1, Math.min(Math.round(longer * share), photo.width, photo.height));
  const at = { left: draws.between(0, photo.width - from), top: draws.between(0, photo.height - from) };
  const square = cropPixels(photo, { ...at, width: from, height: from });
  const whole = side / share;
  const place = { longer: whole, left: whole * draws.next(), top: whole * draws.next() };
  return { part: resized(draws.next() < 0.5 ? square : mirrored(square), side, 'lanczos3'), place };
}

function mirrored(square: Pixels8): Pixels8 {
  const { width } = square;
  const data = new Uint8Array(square.data.length);
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = square.data[3 * (y * width + width - 1 - x) + c]!;
  return { ...square, data };
}

interface Hole {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function drawHole(side: number, draws: Draws): Hole | undefined {
  const isThere = draws.next() < HOLED;
  const length = (): number => Math.round(side * (HOLE[0] + (HOLE[1] - HOLE[0]) * draws.next()));
  const [width, height] = [length(), length()];
  const hole = { width, height, left: draws.between(0, side - width), top: draws.between(0, side - height) };
  return isThere ? hole : undefined;
}

function withHole(picture: Pixels8, hole: Hole | undefined): Pixels8 {
  if (!hole) return picture;
  const data = picture.data.slice();
  for (let y = hole.top; y < hole.top + hole.height; y++) {
    const at = y * picture.width + hole.left;
    data.fill(GREY, 3 * at, 3 * (at + hole.width));
  }
  return { ...picture, data };
}
