// Between the pixels of the library (colour alone, alpha beside it) and those of codecs (four bytes a pixel).
import type { Pixels8 } from 'photoguard/image';

/** Pixels as codecs have them. */
export interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** Colour, and alpha where any pixel is not opaque. */
export function fromRgba({ width, height, data }: Rgba): { readonly pixels: Pixels8; readonly alpha?: Uint8Array } {
  const area = width * height;
  const rgb = new Uint8Array(3 * area);
  let alpha: Uint8Array | undefined;
  for (let i = 0, j = 0, k = 0; i < area; i++, j += 4, k += 3) {
    rgb[k] = data[j]!;
    rgb[k + 1] = data[j + 1]!;
    rgb[k + 2] = data[j + 2]!;
    const opacity = data[j + 3]!;
    if (opacity === 255 && !alpha) continue;
    alpha ??= new Uint8Array(area).fill(255, 0, i);
    alpha[i] = opacity;
  }
  return { pixels: { width, height, channels: 3, data: rgb }, ...(alpha && { alpha }) };
}

/** As codecs take them. */
export function toRgba({ width, height, data }: Pixels8, alpha?: Uint8Array): ImageData {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0, j = 0, k = 0; i < width * height; i++, j += 4, k += 3) {
    rgba[j] = data[k]!;
    rgba[j + 1] = data[k + 1]!;
    rgba[j + 2] = data[k + 2]!;
    rgba[j + 3] = alpha ? alpha[i]! : 255;
  }
  return new ImageData(rgba, width, height);
}
