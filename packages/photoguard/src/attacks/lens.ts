// How a model sees a photo. The perturbation lives on the photo's own pixels; the model sees them through the resize that
// an editor does first (design.md, decision 6), and an inpainting editor with the region that it repaints grey (0 in
// [-1, 1]; white in the mask = repainted, as in diffusers). Gradients go back the same way, and none reaches what is
// repainted. A photo is large beside what a model sees of it, so both ways go plane by plane: nothing of the photo's size
// is held in floats but one channel.
import { PhotoGuardError } from '../errors.ts';
import {
  applySeparable,
  type BandMatrix,
  type FillPlane,
  type Image01,
  type Mask,
  type ResizeOptions,
  resizeMatrix,
  resizePlanes,
  type Size,
  transposeBand,
} from '../image/index.ts';

/** How diffusers resizes a PIL image: Lanczos over three lobes, antialiased. */
export const EDITOR_RESIZE: ResizeOptions = { filter: 'lanczos3' };

/** What a lens hides. */
export interface LensOptions {
  /** Where it is 1 the photo stays as it is: no gradient gets there. The photo's size. */
  readonly mask?: Mask;
  /** Whether what the mask hides is seen grey. Default: it is seen as it is. */
  readonly grey?: boolean;
}

/** See the head of this file. */
export class Lens {
  readonly photo: Size;
  readonly seen: Size;
  readonly mask: Mask | undefined;
  readonly #grey: boolean;
  readonly #back: readonly [along: BandMatrix, down: BandMatrix] | undefined;

  constructor(photo: Size, seen: Size, { mask, grey = false }: LensOptions = {}) {
    this.photo = { width: photo.width, height: photo.height };
    this.seen = { width: seen.width, height: seen.height };
    this.mask = mask;
    this.#grey = grey;
    if (photo.width === seen.width && photo.height === seen.height) return;
    const back = (from: number, to: number): BandMatrix => transposeBand(resizeMatrix(from, to, EDITOR_RESIZE));
    this.#back = [back(photo.width, seen.width), back(photo.height, seen.height)];
  }

  /** What the model sees of a picture of the photo's size, given by its planes in [0, 1]; a new image. */
  see(fill: FillPlane): Image01 {
    const { mask } = this;
    if (!mask || !this.#grey) return resizePlanes(this.photo, fill, this.seen, EDITOR_RESIZE);
    const greyed: FillPlane = (channel, plane) => {
      fill(channel, plane);
      for (let i = 0; i < plane.length; i++) if (mask.data[i]) plane[i] = 0.5;
    };
    return resizePlanes(this.photo, greyed, this.seen, EDITOR_RESIZE);
  }

  /**
   * One channel of the gradient by the photo, of a gradient by what is seen of it.
   *
   * @param out one plane of the photo's size, which is filled and given back
   */
  pull(gradient: Float32Array, channel: number, out: Float32Array): Float32Array {
    const area = this.seen.width * this.seen.height;
    const plane = gradient.subarray(channel * area, (channel + 1) * area);
    if (this.#back) applySeparable(plane, this.seen, 1, ...this.#back, out);
    else out.set(plane);
    if (this.mask) hide(out, this.mask);
    return out;
  }
}

/** Sets planar values of a photo's size to 0 where the mask is 1. One plane or several. */
export function hide(values: Float32Array, { data }: Mask): void {
  for (let start = 0; start < values.length; start += data.length)
    for (let i = 0; i < data.length; i++) if (data[i]) values[start + i] = 0;
}

/** @throws PhotoGuardError `input` for a mask that leaves nothing of the photo to change */
export function requireKept(mask: Mask | undefined): void {
  if (mask?.data.every((m) => m === 1))
    throw new PhotoGuardError('input', 'the mask is white everywhere: nothing of the photo would be changed', {
      hint: 'white is what an editor repaints; is the mask inverted?',
    });
}
