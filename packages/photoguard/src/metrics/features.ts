/*
 * Sets of features: a network's output for pictures, one row of numbers each. Distances between sets mean nothing
 * without the network's name, and can be compared only for the same network and sets of the same size.
 */
import { PhotoGuardError } from '../errors.ts';

/** Features of some pictures: row n is `data[n * dimensions]` to `data[(n + 1) * dimensions - 1]`. */
export interface Features {
  /** Number of pictures. */
  readonly count: number;
  /** Numbers per picture. */
  readonly dimensions: number;
  /** [count, dimensions]. */
  readonly data: Float64Array | Float32Array;
}

/**
 * Throws PhotoGuardError `input` unless both sets have the same dimensions, finite numbers, and at least `atLeast` rows,
 * for a `measure` that the message names.
 */
export function requireSets(a: Features, b: Features, atLeast: number, measure: string): void {
  if (a.dimensions !== b.dimensions || !(a.dimensions >= 1)) {
    throw new PhotoGuardError('input', `${measure}: both sets need features of the same network`, {
      got: `${a.dimensions} and ${b.dimensions} dimensions`,
    });
  }
  for (const { count, dimensions, data } of [a, b]) {
    if (!(Number.isInteger(count) && data.length === count * dimensions)) {
      throw new PhotoGuardError('input', `${measure}: ${count} features of ${dimensions} dimensions`, {
        got: `${data.length} numbers`,
      });
    }
    if (count < atLeast)
      throw new PhotoGuardError('input', `${measure} needs at least ${atLeast} pictures in a set`, { got: `${count}` });
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new PhotoGuardError(
        'input',
        `${measure}: feature ${bad % dimensions} of row ${Math.floor(bad / dimensions)} is not finite`,
        {
          got: String(data[bad]),
        },
      );
    }
  }
}
