// The quantisation tables of JPEG (ITU-T T.81, annex K.1) and libjpeg's rule for a quality.

/** Table of luma at quality 50, row by row. */
export const LUMA: readonly number[] = [
  [16, 11, 10, 16, 24, 40, 51, 61],
  [12, 12, 14, 19, 26, 58, 60, 55],
  [14, 13, 16, 24, 40, 57, 69, 56],
  [14, 17, 22, 29, 51, 87, 80, 62],
  [18, 22, 37, 56, 68, 109, 103, 77],
  [24, 35, 55, 64, 81, 104, 113, 92],
  [49, 64, 78, 87, 103, 121, 120, 101],
  [72, 92, 95, 98, 112, 100, 103, 99],
].flat();

const CORNER = [
  [17, 18, 24, 47],
  [18, 21, 26, 66],
  [24, 26, 56, 99],
  [47, 66, 99, 99],
];

/** Table of Cb and Cr at quality 50, row by row. */
export const CHROMA: readonly number[] = Array.from({ length: 64 }, (_, i) => CORNER[i >> 3]?.[i & 7] ?? 99);

/** A table at a quality, 1 to 100. */
export function tableAt(base: readonly number[], quality: number): number[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return base.map((v) => Math.min(Math.max(Math.floor((v * scale + 50) / 100), 1), 255));
}
