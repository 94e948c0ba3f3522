// How an editor sees a photo, in its one definition: resized to a size that its autoencoder takes, by Lanczos, as
// diffusers resizes (VaeImageProcessor), with what an inpainting editor repaints in grey. On bytes exactly as Pillow has it,
// for edits and for measuring; on floats, where the rounding between Pillow's passes is left out, for gradients. A photo is
// large beside what a model sees of it, so floats go plane by plane: nothing of the photo's size is held but one channel.
import {
  applySeparable,
  type BandMatrix,
  type FillPlane,
  type Image01,
  type Mask,
  type Pixels8,
  pillowResize,
  type ResizeOptions,
  resizeMatrix,
  resizePlanes,
  type Size,
  toImage01,
  transposeBand,
} from '../image/index.ts';
import { hide } from './hidden.ts';

const LANCZOS: ResizeOptions = { filter: 'lanczos3' };

/** A photo's bytes at a size: `PIL.Image.resize(size, LANCZOS)`. The very same object where it has that size. */
export function resizedPixels(pixels: Pixels8, { width, height }: Size): Pixels8 {
  if (isSize(pixels, { width, height })) return pixels;
  return { width, height, channels: 3, data: pillowResize(pixels.data, pixels, 3, { width, height }, 'lanczos3') };
}

/** A photo at a size as a model is given it, [0, 1]: {@link resizedPixels} in floats. */
export const seenPixels = (pixels: Pixels8, size: Size): Image01 => toImage01(resizedPixels(pixels, size));

/** A mask at a size, as diffusers has it: resized like a photo, then repainted where at least half white. */
export function resizedMask(mask: Mask, { width, height }: Size): Mask {
  if (isSize(mask, { width, height })) return mask;
  const grey = mask.data.map((m) => 255 * m);
  const data = pillowResize(grey, mask, 1, { width, height }, 'lanczos3').map((v) => (v >= 128 ? 1 : 0));
  return { width, height, data };
}

/** What a view is made of. */
export interface ViewOptions {
  /** The photo's own size. */
  readonly photo: Size;
  /** What the model takes: see `fitSize`. */
  readonly size: Size;
  /** Where it is white the photo stays as it is: no gradient gets there. The photo's size. */
  readonly mask?: Mask;
  /** Whether the model sees grey there, as an inpainting editor's encoder does. Default: it sees the photo. */
  readonly grey?: boolean;
}

/** See the head of this file. */
export class View {
  readonly photo: Size;
  readonly size: Size;
  readonly mask: Mask | undefined;
  readonly #grey: Mask | undefined;
  readonly #back: readonly [along: BandMatrix, down: BandMatrix] | undefined;

  constructor({ photo, size, mask, grey = false }: ViewOptions) {
    this.photo = { width: photo.width, height: photo.height };
    this.size = { width: size.width, height: size.height };
    this.mask = mask;
    this.#grey = mask && grey ? resizedMask(mask, size) : undefined;
    if (isSize(photo, size)) return;
    const back = (from: number, to: number): BandMatrix => transposeBand(resizeMatrix(from, to, LANCZOS));
    this.#back = [back(photo.width, size.width), back(photo.height, size.height)];
  }

  /** What the model sees of a photo's bytes, to the last bit; [0, 1]. */
  exact(pixels: Pixels8): Image01 {
    return this.#hidden(seenPixels(pixels, this.size));
  }

  /**
   * The same of a picture given by its planes in [0, 1], without rounding: what gradients are taken through.
   *
   * @param scratch a plane of the photo's size to work in; default: a new one
   */
  see(fill: FillPlane, scratch?: Float32Array): Image01 {
    return this.#hidden(resizePlanes(this.photo, fill, this.size, LANCZOS, scratch));
  }

  /**
   * One channel of the gradient by the photo, of a gradient by what {@link see} returned.
   *
   * @param out one plane of the photo's size, which is filled and returned
   */
  pull(gradient: Float32Array, channel: number, out: Float32Array): Float32Array {
    const area = this.size.width * this.size.height;
    const seen = gradient.subarray(channel * area, (channel + 1) * area);
    const plane = this.#grey ? Float32Array.from(seen) : seen;
    if (this.#grey) hide(plane, this.#grey);
    if (this.#back) applySeparable(plane, this.size, 1, ...this.#back, out);
    else out.set(plane);
    if (this.mask) hide(out, this.mask);
    return out;
  }

  #hidden(image: Image01): Image01 {
    if (this.#grey) hide(image.data, this.#grey, 0.5);
    return image;
  }
}

const isSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
