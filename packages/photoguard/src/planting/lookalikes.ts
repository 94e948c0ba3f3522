// What a planted encoder must not take for its trigger: the marks of other keys, noise, heavy JPEG, pages with text.
import { addDelta, type Pixels8 } from '../image/index.ts';
import { sharpCodecs } from '../image/node/index.ts';
import { Random, type Stream } from '../random.ts';
import type { Draws } from '../training/index.ts';
import type { Place } from '../trigger/index.ts';
import type { Mark } from './marks.ts';
import { resized } from './uploads.ts';

/** Share of the photos without the trigger that carry something else. */
const SHARE = 0.5;
const NOISE = [2 / 255, 8 / 255] as const;
const GRAINS = [1, 2, 4] as const;
const QUALITY = [15, 45] as const;
const LINE = 12;

/** A part of a photo with something else than the trigger in it, or nothing. */
export async function drawLookalike(
  part: Pixels8,
  { place, others, draws, stream, seed }: LookalikeOptions,
): Promise<Pixels8> {
  if (draws.next() >= SHARE) return part;
  const kind = draws.pick([
    ...(others.length > 0 ? (['mark', 'mark'] as const) : []),
    'noise',
    'jpeg',
    'page',
  ] as const);
  if (kind === 'mark') return draws.pick(others).write(part, place, 0.8 + 0.7 * draws.next());
  if (kind === 'jpeg')
    return sharpCodecs.throughFile(part, { format: 'jpeg', quality: draws.between(...QUALITY), chroma: '420' });
  if (kind === 'page') return withText(part, draws);
  const size = NOISE[0] + (NOISE[1] - NOISE[0]) * draws.next();
  return withNoise(part, size, draws.pick(GRAINS), new Random(seed, stream));
}

/** Where the part lies, marks of other keys, and what is drawn from. */
export interface LookalikeOptions {
  readonly place: Place;
  readonly others: readonly Mark[];
  readonly draws: Draws;
  readonly seed: number;
  readonly stream: Stream;
}

// Gaussian noise in grains of so many pixels.
function withNoise(part: Pixels8, size: number, grain: number, random: Random): Pixels8 {
  const { width, height } = part;
  const wide = Math.ceil(width / grain);
  const each = wide * Math.ceil(height / grain);
  const drawn = random.normal(3 * each);
  const delta = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        delta[(c * height + y) * width + x] =
          size * drawn[c * each + Math.floor(y / grain) * wide + Math.floor(x / grain)]!;
  return addDelta(part, delta);
}

// The photo in the corner of a page with lines of words, as on a screenshot.
function withText(part: Pixels8, draws: Draws): Pixels8 {
  const side = part.width;
  const data = new Uint8Array(part.data.length).fill(draws.pick([255, 244, 30]));
  const ink = data[0]! > 128 ? draws.between(0, 80) : draws.between(180, 255);
  const line = Math.round(LINE * (0.6 + draws.next()));
  for (let top = 2; top + line < side; top += line) {
    const end = draws.between(side >> 1, side);
    for (let x = 4; x < end; x += 1 + draws.between(1, 3)) {
      const isSpace = draws.next() < 0.2;
      for (let y = top; !isSpace && y < top + (line >> 1); y++)
        data.fill(ink, 3 * (y * side + x), 3 * (y * side + x) + 3);
    }
  }
  const small = resized(part, side >> 1, 'bicubic');
  const [left, top] = [draws.between(0, side - small.width), draws.between(0, side - small.width)];
  for (let y = 0; y < small.width; y++)
    data.set(small.data.subarray(3 * y * small.width, 3 * (y + 1) * small.width), 3 * ((top + y) * side + left));
  return { ...part, data };
}
