// Beyond its edges a picture is mirrored. This holds at any distance: the mirror image is mirrored again.

/**
 * Maps any whole index to one in 0..length - 1. The mirror is at the last pixel, which is not repeated: `reflect` of
 * PyTorch and NumPy, BORDER_REFLECT_101 of OpenCV.
 */
export function reflected(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * length - 2;
  const i = ((index % period) + period) % period;
  return i < length ? i : period - i;
}

/** The same with the mirror after the last pixel, which is repeated: OpenCV's BORDER_REFLECT. */
export function mirrored(index: number, length: number): number {
  const i = ((index % (2 * length)) + 2 * length) % (2 * length);
  return i < length ? i : 2 * length - 1 - i;
}
