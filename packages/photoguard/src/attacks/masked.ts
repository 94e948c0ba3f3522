// Inpainting editors never see what they repaint: they encode the photo with that region grey (0 in [-1, 1]). So does
// this objective, and no gradient reaches those pixels (white in the mask = repainted, as in diffusers).
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Mask } from '../image/index.ts';
import type { Objective } from './objective.ts';

/** `objective` on the image with the repainted region grey. The mask has the image's size. */
export function masked(mask: Mask, objective: Objective): Objective {
  const seen = (image: Image01): Image01 => greyedImage(image, mask);
  return {
    async evaluate(image, signal) {
      const result = await objective.evaluate(seen(image), signal);
      return { ...result, gradient: keptOnly(result.gradient, mask) };
    },
    measure: (image, signal) => objective.measure(seen(image), signal),
    release: () => objective.release(),
  };
}

/** @throws PhotoGuardError `input` for a mask that leaves nothing of the photo to change */
export function requireKept(mask: Mask | undefined): void {
  if (mask?.data.every((m) => m === 1))
    throw new PhotoGuardError('input', 'the mask is white everywhere: nothing of the photo would be changed', {
      hint: 'white is what an editor repaints; is the mask inverted?',
    });
}

/** Planar values with the repainted region set to 0: a perturbation or a gradient of the kept region only. */
export function keptOnly(values: Float32Array, mask: Mask): Float32Array {
  const plane = mask.data.length;
  return values.map((v, i) => (mask.data[i % plane] ? 0 : v));
}

/** The image as such an editor encodes it: grey where the mask, of the same size, is white. */
export const greyedImage = (image: Image01, mask: Mask): Image01 => ({ ...image, data: greyed(image.data, mask) });

function greyed(values: Float32Array, mask: Mask): Float32Array {
  const plane = mask.data.length;
  return values.map((v, i) => (mask.data[i % plane] ? 0.5 : v));
}
