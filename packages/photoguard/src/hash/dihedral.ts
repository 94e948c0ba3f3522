// The hashes of a photo that is turned or mirrored, made from its coefficients: a transform by cosines only swaps axes or
// changes signs when the picture does. Names and directions are those of the reference, where x is the vertical axis:
// rotate90 is counter-clockwise, flip_x turns upside down, flip_plus1 transposes.

/** The eight ways, the photo as it is first. */
export const DIHEDRAL = [
  ...(['original', 'rotate90', 'rotate180', 'rotate270'] as const),
  ...(['flip_x', 'flip_y', 'flip_plus1', 'flip_minus1'] as const),
] as const;

/** One of them. */
export type Dihedral = (typeof DIHEDRAL)[number];

/** Side of the square of coefficients. */
export const SIDE = 16;

// Whether the axes are swapped, and which coefficients (i vertical, j horizontal, both from 0) change their sign.
const WAYS: Readonly<Record<Dihedral, readonly [swapped: boolean, negated: (i: number, j: number) => boolean]>> = {
  original: [false, () => false],
  rotate90: [true, (_, j) => j % 2 === 0],
  rotate180: [false, (i, j) => (i + j) % 2 === 1],
  rotate270: [true, (i) => i % 2 === 0],
  flip_x: [false, (i) => i % 2 === 0],
  flip_y: [false, (_, j) => j % 2 === 0],
  flip_plus1: [true, () => false],
  flip_minus1: [true, (i, j) => (i + j) % 2 === 1],
};

/**
 * Coefficients of the photo as it would be after one of the eight.
 * @param coefficients [16, 16], vertical frequencies on the rows
 */
export function turnedCoefficients(coefficients: Float32Array, way: Dihedral): Float32Array {
  const [swapped, negated] = WAYS[way];
  const turned = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < SIDE; i++)
    for (let j = 0; j < SIDE; j++) {
      const value = coefficients[i * SIDE + j]!;
      turned[swapped ? j * SIDE + i : i * SIDE + j] = negated(i, j) ? -value : value;
    }
  return turned;
}
