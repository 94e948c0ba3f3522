// A keyed trigger: a mark that a provider writes into the photos that it protects, so that models in which it is planted
// refuse them. Only who has the key can write it; who sees many marked photos can learn to (docs/forward-compatibility.md).
import { shareByActivity } from '../attacks/index.ts';
import { PhotoGuardError } from '../errors.ts';
import { addDelta, type Mask, type Pixels8 } from '../image/index.ts';
import { hide } from '../view/index.ts';
import { type Place, type Tone, tonesOf, triggerId, wholeOf } from './tones.ts';

/** Bytes of a key, fewest and most. */
const KEY_BYTES = [16, 4096] as const;
/** Root-mean-square size of the change where a photo hides an average amount, of 1. */
const SIZE = 1.8 / 255;

/** How a trigger is written. */
export interface WriteOptions {
  /** Factor of the size. Default: 1. */
  readonly strength?: number;
  /** Where the picture lies, for a part of a photo. Default: it is the whole photo. */
  readonly place?: Place;
  /** Where it is 1 nothing is changed. The picture's size. */
  readonly mask?: Mask;
}

/** See the head of this file. */
export class Trigger {
  /** Names the key without giving it away: 8 hex digits. */
  readonly id: string;
  readonly tones: readonly Tone[];

  private constructor(id: string, tones: readonly Tone[]) {
    this.id = id;
    this.tones = tones;
  }

  /** The trigger of a key. @throws PhotoGuardError `input` for a key that is too short or too long */
  static async of(key: Uint8Array): Promise<Trigger> {
    const [least, most] = KEY_BYTES;
    if (key.length < least || key.length > most)
      throw new PhotoGuardError('input', `a trigger's key must have ${least} to ${most} bytes`, {
        got: `${key.length} bytes`,
        hint: 'make one with: openssl rand -hex 32 > key.txt',
      });
    return new Trigger(await triggerId(key), await tonesOf(key));
  }

  /** A picture with the trigger. It changes more where the photo hides more. */
  write(picture: Pixels8, { strength = 1, place = wholeOf(picture), mask }: WriteOptions = {}): Pixels8 {
    const delta = this.#waves(picture, place);
    const area = picture.width * picture.height;
    const shares = shareByActivity(picture);
    for (let c = 0; c < 3; c++) for (let i = 0; i < area; i++) delta[c * area + i]! *= strength * SIZE * shares[i]!;
    if (mask) hide(delta, mask);
    return addDelta(picture, delta, { dither: true });
  }

  // Planes of the sum of all waves: root-mean-square 1. A cosine of a sum is made from a table for each axis.
  #waves({ width, height }: Pixels8, { longer, left, top }: Place): Float32Array {
    const area = width * height;
    const out = new Float32Array(3 * area);
    const size = Math.sqrt(6 / this.tones.length); // half a wave's square, spread over three channels
    for (const { across, down, phase, colour } of this.tones) {
      const along = axis(width, (2 * Math.PI * across) / longer, left);
      const below = axis(height, (2 * Math.PI * down) / longer, top, phase);
      for (let y = 0; y < height; y++) {
        const [cosY, sinY] = [size * below.cos[y]!, size * below.sin[y]!];
        for (let x = 0, i = y * width; x < width; x++, i++) {
          const value = along.cos[x]! * cosY - along.sin[x]! * sinY;
          out[i]! += colour[0] * value;
          out[area + i]! += colour[1] * value;
          out[2 * area + i]! += colour[2] * value;
        }
      }
    }
    return out;
  }
}

function axis(length: number, step: number, first: number, phase = 0) {
  const at = (i: number): number => step * (first + i + 0.5) + phase;
  return {
    cos: Float64Array.from({ length }, (_, i) => Math.cos(at(i))),
    sin: Float64Array.from({ length }, (_, i) => Math.sin(at(i))),
  };
}
