// The middle of a picture: cut out, and put back among zeros, which is the gradient of cutting. As diffusers cuts: an odd
// pixel stays at the right and at the bottom.
import type { Image01, Size } from '../image/index.ts';

/** The middle of an image, a new one; the same object if it has that size. */
export function cutMiddle(image: Image01, size: Size): Image01 {
  if (image.width === size.width && image.height === size.height) return image;
  const area = image.width * image.height;
  const data = new Float32Array(3 * size.width * size.height);
  for (let channel = 0; channel < 3; channel++) {
    const plane = image.data.subarray(channel * area, (channel + 1) * area);
    data.set(cutPlane(plane, image, size), channel * size.width * size.height);
  }
  return { ...size, channels: 3, data };
}

/** The middle of a plane, a new one. */
export function cutPlane<Plane extends Float32Array | Uint8Array>(plane: Plane, whole: Size, size: Size): Plane {
  const out = plane.slice(0, size.width * size.height) as Plane;
  for (const [from, to] of listRows(whole, size)) out.set(plane.subarray(from, from + size.width), to);
  return out;
}

/** A plane with zeros around it, of the size that it is the middle of. */
export function aroundMiddle(plane: Float32Array, size: Size, whole: Size): Float32Array {
  const out = new Float32Array(whole.width * whole.height);
  for (const [to, from] of listRows(whole, size)) out.set(plane.subarray(from, from + size.width), to);
  return out;
}

// Where each row of the middle begins: in the whole, and in the middle.
function listRows(whole: Size, size: Size): (readonly [number, number])[] {
  const left = Math.floor((whole.width - size.width) / 2);
  const top = Math.floor((whole.height - size.height) / 2);
  return Array.from({ length: size.height }, (_, y) => [(top + y) * whole.width + left, y * size.width]);
}
