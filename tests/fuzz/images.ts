/*
 * Mutated photo files, and the promise they are held against: decoding gives pixels of the stated size or a
 * PhotoGuardError of code `image` with one line, never another error, a crash or a hang. Mutations are those that files
 * suffer (cut off, bits flipped, blocks zeroed, lost or doubled) and those that attackers make (lengths and sizes set to
 * extremes). The same count and seed give the same files.
 */
import { PhotoGuardError } from '../../packages/photoguard/src/errors.ts';
import { concat } from '../../packages/photoguard/src/image/bytes.ts';
import { decodePhoto } from '../../packages/photoguard/src/image/node/decode.ts';
import { encodePhoto } from '../../packages/photoguard/src/image/node/encode.ts';
import {
  base64,
  dataset,
  hiddenPicture,
  makeExif,
  resource,
  xmpWith,
} from '../../packages/photoguard/src/image/testing/carriers.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { testImage, testImageWithMetadata } from '../support/photos.ts';

/** What became of the files. */
export interface FuzzOutcome {
  readonly decoded: number;
  readonly refused: number;
  /** Files that broke the promise: what happened, and the index to make the file again. */
  readonly broken: readonly string[];
  /** Of the processor. */
  readonly slowestMs: number;
}

/** Decodes `count` mutated files and counts what came of them. */
export async function fuzzImages(count: number, seed: number): Promise<FuzzOutcome> {
  const originals = await seeds();
  const broken: string[] = [];
  let decoded = 0;
  let refused = 0;
  let slowestMs = 0;
  for (let index = 0; index < count; index++) {
    const random = generator(seed * 1_000_003 + index);
    const original = originals[index % originals.length]!;
    const bytes = mutate(original, random);
    const start = cpuMs();
    try {
      const { pixels } = await decodePhoto(bytes, { limitPixels: 4e6 });
      if (pixels.data.length === 3 * pixels.width * pixels.height && pixels.width > 0) decoded++;
      else broken.push(`#${index}: ${pixels.data.length} bytes for ${pixels.width}x${pixels.height}`);
    } catch (error) {
      if (error instanceof PhotoGuardError && error.code === 'image' && !error.message.includes('\n')) refused++;
      else broken.push(`#${index}: ${String(error)}`);
    }
    slowestMs = Math.max(slowestMs, cpuMs() - start);
  }
  return { decoded, refused, broken, slowestMs };
}

async function seeds(): Promise<Uint8Array[]> {
  return Promise.all([
    testImageWithMetadata(6).png().toBuffer(),
    testImageWithMetadata(3).jpeg().toBuffer(),
    testImageWithMetadata(8).webp().toBuffer(),
    testImage(64, 48, 4).png({ palette: true }).toBuffer(),
    testImage(61, 43).jpeg({ progressive: true }).toBuffer(),
    testImage(64, 48, 4).webp({ lossless: true }).toBuffer(),
    testImage(64, 48).tiff({ compression: 'lzw' }).toBuffer(),
    testImage(64, 48).gif().toBuffer(),
    withPreviews('jpeg'),
    withPreviews('png'),
  ]);
}

/** A photo with a preview in every block of its metadata, so that most mutations hit what looks for them. */
async function withPreviews(format: 'jpeg' | 'png'): Promise<Uint8Array> {
  const hidden = await hiddenPicture();
  const metadata = {
    exif: makeExif(
      [
        [
          [0x0112, 4, 6],
          [0x8769, 4, { directory: 2 }],
          [0x014a, 4, { directory: 1 }],
        ],
        [
          [0x0201, 4, { block: 0 }],
          [0x0202, 4, hidden.length],
        ],
        [[0x927c, 7, hidden]],
      ],
      [hidden],
    ),
    xmp: xmpWith('', `<xmp:Thumbnails>${base64(hidden)}</xmp:Thumbnails>`),
    iptc: concat([resource(0x040c, hidden), resource(0x0404, dataset(2, 202, hidden))]),
  };
  const { data, info } = await testImage(24, 16).raw().toBuffer({ resolveWithObject: true });
  return (await encodePhoto({ ...info, channels: 3, data }, format, { metadata })).bytes;
}

function mutate(original: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(original);
  for (let times = 1 + random(3); times > 0 && bytes.length > 0; times--) {
    const at = random(bytes.length);
    const length = 1 + random(Math.min(64, bytes.length - at));
    const kind = random(8);
    if (kind === 0) bytes = bytes.slice(0, at);
    else if (kind === 1) bytes[at]! ^= 1 << random(8);
    else if (kind === 2) bytes.fill(0, at, at + length);
    else if (kind === 3) bytes.fill(0xff, at, at + Math.min(4, length));
    else if (kind === 4) bytes = splice(bytes, at, length, new Uint8Array(0));
    else if (kind === 5) bytes = splice(bytes, at, 0, bytes.slice(at, at + length));
    else if (kind === 6) for (let i = 0; i < length; i++) bytes[at + i] = random(256);
    else bytes[random(Math.min(64, bytes.length))] = random(256); // headers are at the beginning
  }
  return bytes;
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + remove)]);
}

/** Numbers below a bound, from a 32-bit mixing generator (mulberry32's construction: add, multiply, xor-shift). */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
