// A cache of ten made-up latents, for tests of trainings: two values a channel, half a picture each, which a few steps can learn.
import { floatToHalf } from 'photoguard/models';
import { Random } from 'photoguard/random';
import type { CacheContent } from '../data/editor-cache-file.ts';

const [SIDE, VERSIONS, TOKENS] = [8, 10, 4];
const EACH = 4 * SIDE * SIDE;

/** The last two versions are for validation. @param changed what differs */
export function madeUpCache(changed: Partial<CacheContent['tensors']> = {}): CacheContent {
  const value = (i: number): number => (Math.floor(i / (SIDE * SIDE)) % 2 === (i % SIDE < SIDE / 2 ? 0 : 1) ? 1 : -1);
  const latent = Uint16Array.from({ length: VERSIONS * EACH }, (_, i) => floatToHalf(value(i)));
  return {
    index: {
      ...{
        version: 1,
        madeBy: { program: 'a test' },
        latentSide: SIDE,
        tokens: TOKENS,
        junk: 1,
        prompts: ['', 'a rose'],
      },
      photos: Array.from({ length: VERSIONS }, (_, i) => `${i}.jpg`),
    },
    tensors: {
      latent,
      masked: latent,
      mask: new Uint8Array(VERSIONS * SIDE * SIDE).map((_, i) => (i % SIDE < 3 ? 1 : 0)),
      hidden: new Uint16Array(EACH),
      photo: Int32Array.from({ length: VERSIONS }, (_, i) => i),
      weight: Float32Array.from({ length: VERSIONS }, (_, i) => (i < 8 ? 1 : 0)),
      captions: new Int32Array(VERSIONS * 4).fill(1),
      ids: Int32Array.from({ length: 4 * TOKENS }, (_, i) => [1, 2, 2, 2][i % TOKENS]!),
      validationNoise: new Random(5).normal(2 * 2 * EACH),
      validationTimestep: Int32Array.of(100, 500, 300, 900),
      ...changed,
    },
  };
}
