// A photo as several editors see it, each at its own size: one view whose result contains all of theirs, one after the
// other, and that takes a gradient in the same layout. The caller takes the part of each editor.
import type { FillPlane, Image01, Pixels8, Size } from '../image/index.ts';
import { View, type ViewOptions } from './view.ts';

/** Options of views: those of one view, with several sizes. */
export interface ViewsOptions extends Omit<ViewOptions, 'size'> {
  /** At least one. */
  readonly sizes: readonly Size[];
}

/** See the head of this file. Its result is a row of numbers, not a picture: {@link takePart} returns the pictures. */
export class Views extends View {
  readonly #views: readonly View[];
  readonly #plane: Float32Array;

  constructor({ sizes, ...options }: ViewsOptions) {
    super({ ...options, size: sizes[0]! });
    this.#views = sizes.map((size) => new View({ ...options, size }));
    this.#plane = new Float32Array(options.photo.width * options.photo.height);
  }

  override exact(pixels: Pixels8): Image01 {
    return joined(this.#views.map((view) => view.exact(pixels)));
  }

  override see(fill: FillPlane): Image01 {
    return joined(this.#views.map((view) => view.see(fill)));
  }

  override pull(gradient: Float32Array, channel: number, out: Float32Array): Float32Array {
    const sizes = this.#views.map(({ size }) => size);
    out.fill(0);
    for (const [k, view] of this.#views.entries()) {
      view.pull(takePart(gradient, sizes, k), channel, this.#plane);
      for (let i = 0; i < out.length; i++) out[i]! += this.#plane[i]!;
    }
    return out;
  }
}

/** The part of editor `k` in a result of {@link Views} for these sizes: [3, H, W], in the same memory. */
export function takePart(seen: Float32Array, sizes: readonly Size[], k: number): Float32Array {
  const start = sumLengths(sizes.slice(0, k));
  return seen.subarray(start, start + sumLengths(sizes.slice(k, k + 1)));
}

/** Length of a result of {@link Views} for these sizes. */
export const sumLengths = (sizes: readonly Size[]): number =>
  sizes.reduce((sum, { width, height }) => sum + 3 * width * height, 0);

function joined(images: readonly Image01[]): Image01 {
  const data = new Float32Array(sumLengths(images));
  images.forEach((image, k) => {
    takePart(data, images, k).set(image.data);
  });
  return { width: data.length / 3, height: 1, channels: 3, data };
}
