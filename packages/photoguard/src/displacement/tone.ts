// Tone: what one gain and one offset for a whole picture do to it. A change of tone moves latents, survives every purifier
// and protects nothing, so it is taken out of what is measured; and it is a control: contrast lowered until the change is as
// large as a protection's.
import { type Pixels8, requireSameSize } from '../image/index.ts';

/** Root-mean-square difference of two pictures, in levels of 255. */
export function rootMeanSquare(a: Pixels8, b: Pixels8): number {
  requireSameSize(a, b);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return Math.sqrt(sum / a.data.length);
}

// A loop: `Uint8Array.from` with a function takes ten times as long.
function toBytes(pixels: Pixels8, value: (byte: number, i: number) => number): Pixels8 {
  const data = new Uint8Array(pixels.data.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(Math.min(Math.max(value(pixels.data[i]!, i), 0), 255));
  return { ...pixels, data };
}

/** The picture with the gain and the offset, one of each, that bring it closest to another (least squares). */
export function matchTone(pixels: Pixels8, to: Pixels8): Pixels8 {
  requireSameSize(pixels, to);
  const n = pixels.data.length;
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [pixels.data[i]!, to.data[i]!];
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const variance = sumXX - (sumX * sumX) / n;
  const gain = variance > 0 ? (sumXY - (sumX * sumY) / n) / variance : 1;
  const offset = (sumY - gain * sumX) / n;
  return toBytes(pixels, (byte) => gain * byte + offset);
}

/** The picture with its contrast lowered so far that it has changed by `rms` levels, or as far as it can. */
export function lowerContrast(pixels: Pixels8, rms: number): Pixels8 {
  let mean = 0;
  for (const byte of pixels.data) mean += byte / pixels.data.length;
  const lowered = (gain: number): Pixels8 => toBytes(pixels, (byte) => mean + gain * (byte - mean));
  return lowered(1 - findRoot((share) => rootMeanSquare(pixels, lowered(1 - share)), rms, 1));
}

/** The picture with uniform noise of `rms` levels (as far as noise of 64 levels can). @param draw values in [-1, 1] */
export function addNoise(pixels: Pixels8, rms: number, draw: Float32Array): Pixels8 {
  const noisy = (most: number): Pixels8 => toBytes(pixels, (byte, i) => byte + most * draw[i]!);
  return noisy(findRoot((most) => rootMeanSquare(pixels, noisy(most)), rms, 64));
}

/** Pictures that are made at most to find the one of a size. */
const ROUNDS = 6;
/** Allowed distance from that size, as a share of it. */
const CLOSE = 1e-3;

// Where a function that is 0 at 0 and nearly a straight line takes a value, in [0, most]: false position.
function findRoot(grows: (x: number) => number, value: number, most: number): number {
  let [low, atLow] = [0, 0];
  let [high, atHigh] = [most, grows(most)];
  if (atHigh <= value) return most;
  let x = 0;
  for (let i = 0; i < ROUNDS; i++) {
    x = low + ((value - atLow) / (atHigh - atLow)) * (high - low);
    const at = grows(x);
    if (Math.abs(at - value) <= CLOSE * value) break;
    if (at < value) [low, atLow] = [x, at];
    else [high, atHigh] = [x, at];
  }
  return x;
}
