// What a mask hides from an editor (white in the mask = repainted, as in diffusers): an inpainting editor's encoder
// sees grey there, 0 in [-1, 1], and there is no gradient there.
import { PhotoGuardError } from '../errors.ts';
import type { Mask } from '../image/index.ts';

/** Sets planar values of the mask's size to one value where the mask is white. One plane or several; in place. */
export function hide(values: Float32Array, { data }: Mask, as = 0): void {
  for (let start = 0; start < values.length; start += data.length)
    for (let i = 0; i < data.length; i++) if (data[i]) values[start + i] = as;
}

/** The share of a picture that a mask leaves, above 0. */
export function shareKept(mask: Mask | undefined): number {
  if (!mask) return 1;
  let kept = 0;
  for (const hidden of mask.data) if (!hidden) kept++;
  return Math.max(kept, 1) / mask.data.length;
}

/** Refuses a mask that is white everywhere. @throws PhotoGuardError `input` if it leaves nothing to change */
export function requireKept(mask: Mask | undefined): void {
  if (mask?.data.every((m) => m === 1))
    throw new PhotoGuardError('input', 'the mask is white everywhere: nothing of the photo would be changed', {
      hint: 'white is what an editor repaints; is the mask inverted?',
    });
}
