// Turns a picture upright, as EXIF says that it is to be looked at.
import type { Rgba } from './rgba.ts';

/**
 * @param orientation of EXIF: 1 is upright, 2 to 8 are mirrored or turned
 */
export function upright(picture: Rgba, orientation: number): Rgba {
  if (!(orientation >= 2 && orientation <= 8)) return picture;
  const { width, height } = picture;
  const turned = orientation >= 5;
  const size = turned ? { width: height, height: width } : { width, height };
  const from = new Uint32Array(picture.data.buffer, picture.data.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  const mirrorX = [2, 3, 7, 8].includes(orientation);
  const mirrorY = [3, 4, 6, 7].includes(orientation);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      // Where the pixel is in the file.
      const [u, v] = turned ? [y, x] : [x, y];
      const column = mirrorX ? width - 1 - u : u;
      const row = mirrorY ? height - 1 - v : v;
      to[y * size.width + x] = from[row * width + column]!;
    }
  return { ...size, data: new Uint8ClampedArray(to.buffer) };
}
