/*
 * A network that computes features of pictures, for distances between sets. Its name is part of every report: features
 * of different networks give different distances, and only those of Inception may be called FID.
 */
import type { Features, Rgb8 } from '../metrics/index.ts';

/** Features of pictures, by a named network. */
export interface FeatureNetwork {
  /** Name for reports: the network, its source, which output is used and at which size. */
  readonly name: string;
  /**
   * Features of pictures of any sizes, one row each, in the same order.
   * @throws PhotoGuardError `aborted` when the signal fires, `device` or `memory` when the device fails, and what loading
   * the network throws
   */
  features(pictures: readonly Rgb8[], signal?: AbortSignal): Promise<Features>;
  /** Frees the network; it is loaded again when it is used again. */
  release(): Promise<void>;
}

/** Combines rows of equal length into one set. */
export function collectFeatures(dimensions: number, rows: readonly ArrayLike<number>[]): Features {
  const data = new Float64Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    data.set(row, i * dimensions);
  });
  return { count: rows.length, dimensions, data };
}
