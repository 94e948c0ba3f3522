// A batch of the cache as input of the graphs.
import type { Denoiser } from 'photoguard/models';
import type { Tensors } from 'photoguard/runtime';

/** The networks' part of a batch. */
export interface SeenBatch {
  /** [n, 9, s, s] */
  readonly sample: Float32Array;
  /** [n], 0 to 999 */
  readonly timestep: Int32Array;
  /** [n, tokens] */
  readonly ids: Int32Array;
}

/** How a network represents a timestep. */
export type TimeFeatures = Pick<Denoiser, 'timeWidth' | 'timeFeatures'>;

/** Feeds `sample`, `time` and `ids`. */
export function makeFeeds({ sample, timestep, ids }: SeenBatch, network: TimeFeatures): Tensors {
  const width = network.timeWidth;
  const time = new Float32Array(timestep.length * width);
  timestep.forEach((t, i) => {
    time.set(network.timeFeatures(t), i * width);
  });
  return { sample, time, ids: BigInt64Array.from(ids, BigInt) };
}
