/*
 * A network that makes features of pictures, for distances between sets. Its name goes into every report: features of
 * different networks give different distances, and only those of Inception's may be called FID.
 */
import type { Features, Rgb8 } from '../metrics/index.ts';

/** Features of pictures, by a network that says what it is. */
export interface FeatureNetwork {
  /** What reports quote: the network, its source, what is taken of it and at which size. */
  readonly name: string;
  /**
   * Features of pictures of any sizes, a row each, in their order.
   * @throws PhotoGuardError `aborted` when the signal fires, `device` or `memory` when the device fails, and what loading
   * the network throws
   */
  features(pictures: readonly Rgb8[], signal?: AbortSignal): Promise<Features>;
  /** Frees the network; it is loaded anew when it is used again. */
  release(): Promise<void>;
}

/** Puts rows of equal length into one set. */
export function collectFeatures(dimensions: number, rows: readonly ArrayLike<number>[]): Features {
  const data = new Float64Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    data.set(row, i * dimensions);
  });
  return { count: rows.length, dimensions, data };
}
