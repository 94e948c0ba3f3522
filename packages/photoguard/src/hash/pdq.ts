// PDQ, Meta's perceptual hash of photos (BSD; "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm",
// 2019). The photo's luma is blurred by two passes of a running mean and thinned out to 64x64; of its cosine transform
// 16x16 low frequencies are kept, without the constant ones; a bit says whether a coefficient is above their median. A
// change that leaves the photo recognisable moves few coefficients across it.
//
// Like the library that Hasher-Matcher-Actioner uses, it takes the pixels as they are. Meta's own program for files first
// resizes what is larger than 512x512, so hashes made by that differ in a few bits.
import { PhotoGuardError } from '../errors.ts';
import type { Pixels8 } from '../image/index.ts';
import { DIHEDRAL, type Dihedral, SIDE, turnedCoefficients } from './dihedral.ts';
import { PDQ_BYTES } from './hash256.ts';
import { meanAlongColumns, meanAlongRows } from './running-mean.ts';

/** What PDQ makes of a photo. */
export interface Pdq {
  /** 32 bytes, 256 bits. */
  readonly hash: Uint8Array;
  /** 0 to 100: how much there is in the photo to recognise it by. Below 50 a hash is usually not trusted. */
  readonly quality: number;
  /** [16, 16], vertical frequencies 1 to 16 on the rows, for luma 0 to 255. */
  readonly coefficients: Float32Array;
  /** The hash of the photo after each of the eight turns and mirrorings, 32 bytes each; `original` is `hash`. */
  readonly dihedral: Readonly<Record<Dihedral, Uint8Array>>;
}

const { fround } = Math;
const THUMB = 64;

/**
 * Hashes a photo.
 * @throws PhotoGuardError `image` for pixels that are not RGB bytes of its size, or none
 */
export function pdq(pixels: Pixels8): Pdq {
  const { width, height, data } = pixels;
  if (!(width > 0 && height > 0) || data.length !== 3 * width * height)
    throw new PhotoGuardError('image', 'cannot hash this picture', {
      got: `${width}x${height} with ${data.length} bytes`,
      hint: 'give three bytes a pixel',
    });
  const thumb = thinnedOut(blurred(luma(pixels), [height, width]), [height, width]);
  const coefficients = transformed(thumb);
  const dihedral = Object.fromEntries(
    DIHEDRAL.map((way) => [way, bitsOf(turnedCoefficients(coefficients, way))]),
  ) as Record<Dihedral, Uint8Array>;
  return { hash: dihedral.original, quality: qualityOf(thumb), coefficients, dihedral };
}

// By Rec. 601, 0 to 255.
function luma({ width, height, data }: Pixels8): Float32Array {
  const [red, green, blue] = [fround(0.299), fround(0.587), fround(0.114)];
  const grey = new Float32Array(width * height);
  for (let i = 0, k = 0; i < grey.length; i++, k += 3)
    grey[i] = fround(fround(red * data[k]!) + fround(green * data[k + 1]!)) + fround(blue * data[k + 2]!);
  return grey;
}

function blurred(grey: Float32Array, shape: readonly [number, number]): Float32Array {
  const between = new Float32Array(grey.length);
  for (let pass = 0; pass < 2; pass++) {
    meanAlongRows(grey, between, shape);
    meanAlongColumns(between, grey, shape);
  }
  return grey;
}

// The pixel in the middle of each of 64x64 parts.
function thinnedOut(grey: Float32Array, [height, width]: readonly [number, number]): Float32Array {
  const at = (k: number, side: number): number => Math.floor(((k + 0.5) * side) / THUMB);
  return Float32Array.from(
    { length: THUMB * THUMB },
    (_, k) => grey[at(Math.floor(k / THUMB), height) * width + at(k % THUMB, width)]!,
  );
}

// Steps between neighbours in percent of the range, each cut to a whole number, so that soft gradients count for nothing.
function qualityOf(thumb: Float32Array): number {
  let sum = 0;
  const add = (a: number, b: number): void => {
    sum += Math.abs(Math.trunc(fround(fround(fround(thumb[a]! - thumb[b]!) * 100) / 255)));
  };
  for (let y = 0; y < THUMB; y++)
    for (let x = 0; x < THUMB; x++) {
      if (y + 1 < THUMB) add(y * THUMB + x, (y + 1) * THUMB + x);
      if (x + 1 < THUMB) add(y * THUMB + x, y * THUMB + x + 1);
    }
  return Math.min(100, Math.trunc(sum / 90));
}

// cosines[i][x]: frequencies 1 to 16.
const COSINES = Float32Array.from({ length: SIDE * THUMB }, (_, k) => {
  const [i, x] = [Math.floor(k / THUMB), k % THUMB];
  return Math.sqrt(2 / THUMB) * Math.cos((Math.PI / 2 / THUMB) * (i + 1) * (2 * x + 1));
});

// C T C', [16, 16].
function transformed(thumb: Float32Array): Float32Array {
  const half = new Float32Array(SIDE * THUMB); // over the rows
  for (let i = 0; i < SIDE; i++)
    for (let x = 0; x < THUMB; x++) {
      let sum = 0;
      for (let y = 0; y < THUMB; y++) sum += COSINES[i * THUMB + y]! * thumb[y * THUMB + x]!;
      half[i * THUMB + x] = sum;
    }
  const out = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < SIDE; i++)
    for (let j = 0; j < SIDE; j++) {
      let sum = 0;
      for (let x = 0; x < THUMB; x++) sum += half[i * THUMB + x]! * COSINES[j * THUMB + x]!;
      out[i * SIDE + j] = sum;
    }
  return out;
}

// Coefficient (15, 15) is the first bit of the first byte, (0, 0) the last of the last one.
function bitsOf(coefficients: Float32Array): Uint8Array {
  const median = coefficients.toSorted()[coefficients.length / 2 - 1]!;
  const hash = new Uint8Array(PDQ_BYTES);
  for (const [k, value] of coefficients.entries()) if (value > median) hash[PDQ_BYTES - 1 - (k >> 3)]! |= 1 << (k & 7);
  return hash;
}
