// The one definition of how an editor sees a photo: resized to a size that suits its autoencoder, with Lanczos, as in
// diffusers (VaeImageProcessor), and grey where an inpainting editor repaints. On bytes it is exactly as in Pillow, for
// edits and for measuring; on floats, for gradients, the rounding between Pillow's passes is left out. A photo is much
// larger than a model's view of it, so floats are processed plane by plane: only one channel is held at the photo's
// size.
import { PhotoGuardError } from '../errors.ts';
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
import { aroundMiddle, cutMiddle, cutPlane } from './middle.ts';

const LANCZOS: ResizeOptions = { filter: 'lanczos3' };

/** A photo's bytes at a size: `PIL.Image.resize(size, LANCZOS)`. The same object if it has that size. */
export function resizedPixels(pixels: Pixels8, { width, height }: Size): Pixels8 {
  if (isSize(pixels, { width, height })) return pixels;
  return { width, height, channels: 3, data: pillowResize(pixels.data, pixels, 3, { width, height }, 'lanczos3') };
}

/** A photo at a size as input of a model, [0, 1]: {@link resizedPixels} in floats. */
export const seenPixels = (pixels: Pixels8, size: Size): Image01 => toImage01(resizedPixels(pixels, size));

/** A mask at a size, as in diffusers: resized like a photo, then repainted where at least half white. */
export function resizedMask(mask: Mask, { width, height }: Size): Mask {
  if (isSize(mask, { width, height })) return mask;
  const grey = mask.data.map((m) => 255 * m);
  const data = pillowResize(grey, mask, 1, { width, height }, 'lanczos3').map((v) => (v >= 128 ? 1 : 0));
  return { width, height, data };
}

/** Options of a view. */
export interface ViewOptions {
  /** The photo's own size. */
  readonly photo: Size;
  /** The model's size: see `fitSize`. */
  readonly size: Size;
  /** The size that the photo is resized to before its middle is cut to `size`; default: `size`. See `pipelineSize`. */
  readonly resized?: Size;
  /** Where it is white the photo is not changed: there is no gradient. The photo's size. */
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
  readonly #resized: Size;
  readonly #back: readonly [along: BandMatrix, down: BandMatrix] | undefined;

  constructor({ photo, size, resized = size, mask, grey = false }: ViewOptions) {
    if (resized.width < size.width || resized.height < size.height)
      throw new PhotoGuardError('input', `the middle of ${resized.width}x${resized.height} cannot be larger`, {
        got: `${size.width}x${size.height}`,
      });
    this.photo = { width: photo.width, height: photo.height };
    this.size = { width: size.width, height: size.height };
    this.#resized = { width: resized.width, height: resized.height };
    this.mask = mask;
    this.#grey = mask && grey ? middleOfMask(resizedMask(mask, resized), size) : undefined;
    if (isSize(photo, resized)) return;
    const back = (from: number, to: number): BandMatrix => transposeBand(resizeMatrix(from, to, LANCZOS));
    this.#back = [back(photo.width, resized.width), back(photo.height, resized.height)];
  }

  /** The model's view of a photo's bytes, exact to the last bit; [0, 1]. */
  exact(pixels: Pixels8): Image01 {
    return this.#hidden(cutMiddle(seenPixels(pixels, this.#resized), this.size));
  }

  /**
   * The same for a picture given by its planes in [0, 1], without rounding, for gradients.
   *
   * @param scratch a working plane of the photo's size; default: a new one
   */
  see(fill: FillPlane, scratch?: Float32Array): Image01 {
    return this.#hidden(cutMiddle(resizePlanes(this.photo, fill, this.#resized, LANCZOS, scratch), this.size));
  }

  /**
   * One channel of the gradient by the photo, given the gradient by the result of {@link see}.
   *
   * @param out a plane of the photo's size, which is filled and returned
   */
  pull(gradient: Float32Array, channel: number, out: Float32Array): Float32Array {
    const area = this.size.width * this.size.height;
    const seen = gradient.subarray(channel * area, (channel + 1) * area);
    const plane = this.#grey ? Float32Array.from(seen) : seen;
    if (this.#grey) hide(plane, this.#grey);
    const whole = isSize(this.size, this.#resized) ? plane : aroundMiddle(plane, this.size, this.#resized);
    if (this.#back) applySeparable(whole, this.#resized, 1, ...this.#back, out);
    else out.set(whole);
    if (this.mask) hide(out, this.mask);
    return out;
  }

  #hidden(image: Image01): Image01 {
    if (this.#grey) hide(image.data, this.#grey, 0.5);
    return image;
  }
}

const isSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

const middleOfMask = (mask: Mask, size: Size): Mask =>
  isSize(mask, size) ? mask : { ...size, data: cutPlane(mask.data, mask, size) };
