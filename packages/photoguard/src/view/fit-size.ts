/*
 * The size at which a model sees a photo. Editors resize before they edit, mostly to a shorter or longer side of 512,
 * and an autoencoder needs both sides to be multiples of its factor (8). The photo itself is never squashed to a
 * square: its shape is kept as closely as the multiple allows (design decision 6: the photo's own resolution).
 */
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';

/**
 * `fit:N`: longer side N, shape kept; `upload:N`: the same, but a smaller photo keeps its size; `native`: the photo's own
 * size; `WxH`: exactly that.
 */
export type SizeMode = 'native' | `fit:${number}` | `upload:${number}` | `${number}x${number}`;

/** Largest side that a model is run at; a larger one is a typing error. */
export const MAX_MODEL_SIDE = 16384;

/**
 * The size at which a model sees a photo of `width` x `height`, both sides multiples of `multipleOf`.
 *
 * `fit:N` scales the longer side to N, also up for a small photo, as editors do; `upload:N` scales down only, as sites do
 * with uploads; `native` rounds each side down to a multiple, but not to 0; `WxH` must already be multiples.
 *
 * @throws PhotoGuardError `input` for a mode that does not parse, sides out of range, or WxH that are not multiples
 */
export function fitSize(width: number, height: number, mode: string, multipleOf = 8): Size {
  const native = { width: down(width, multipleOf), height: down(height, multipleOf) };
  if (mode === 'native') return native;
  const fit = /^(fit|upload):(\d+)$/.exec(mode);
  if (fit) {
    const side = Number(fit[2]);
    checkSide(side, mode, multipleOf);
    if (fit[1] === 'upload' && Math.max(width, height) <= side) return native;
    const longer = down(side, multipleOf);
    const scale = longer / Math.max(width, height);
    return { width: nearest(width * scale, multipleOf), height: nearest(height * scale, multipleOf) };
  }
  const exact = /^(\d+)x(\d+)$/.exec(mode);
  if (exact) {
    const size = { width: Number(exact[1]), height: Number(exact[2]) };
    for (const side of [size.width, size.height]) {
      checkSide(side, mode, multipleOf);
      if (side % multipleOf !== 0) {
        throw new PhotoGuardError('input', `both sides of a model's size must be multiples of ${multipleOf}`, {
          got: mode,
          hint: `try ${nearest(size.width, multipleOf)}x${nearest(size.height, multipleOf)}`,
        });
      }
    }
    return size;
  }
  throw new PhotoGuardError('input', "a model's size must be fit:N, upload:N, native or WxH", {
    got: mode,
    hint: 'for example fit:512',
  });
}

function checkSide(side: number, mode: string, multipleOf: number): void {
  if (side < multipleOf || side > MAX_MODEL_SIDE) {
    throw new PhotoGuardError('input', `each side of a model's size must be from ${multipleOf} to ${MAX_MODEL_SIDE}`, {
      got: mode,
    });
  }
}

function down(side: number, multipleOf: number): number {
  return Math.max(multipleOf, Math.floor(side / multipleOf) * multipleOf);
}

function nearest(side: number, multipleOf: number): number {
  return Math.max(multipleOf, Math.round(side / multipleOf) * multipleOf);
}
