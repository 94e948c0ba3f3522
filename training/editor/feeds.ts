// A batch of the cache as the graphs take it.
import { timeProjection, type UNetConfig } from 'photoguard/models';
import type { Tensors } from 'photoguard/runtime';

/** What the networks see of a batch. */
export interface SeenBatch {
  /** [n, 9, s, s] */
  readonly sample: Float32Array;
  /** [n], 0 to 999 */
  readonly timestep: Int32Array;
  /** [n, tokens] */
  readonly ids: Int32Array;
}

/** Feeds `sample`, `time` and `ids`. */
export function feedsOf({ sample, timestep, ids }: SeenBatch, config: UNetConfig): Tensors {
  const width = config.blockOutChannels[0]!;
  const time = new Float32Array(timestep.length * width);
  timestep.forEach((t, i) => {
    time.set(timeProjection(t, width, config), i * width);
  });
  return { sample, time, ids: BigInt64Array.from(ids, BigInt) };
}
