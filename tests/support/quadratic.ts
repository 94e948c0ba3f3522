// An objective that needs no model, for tests: half the squared distance to a target image, whose gradient is exact.

import type { Objective } from 'photoguard/attacks';
import type { Image01 } from 'photoguard/image';

/** Counts what was asked of it. */
export interface Quadratic extends Objective {
  readonly counted: { evaluations: number; released: number };
}

/** factor / 2 * ||image - target||^2 under a name; its scale is the factor, of which a negative one leads away. */
export function quadratic(target: ArrayLike<number>, factor = 1, ref = 'quadratic'): Quadratic {
  const counted = { evaluations: 0, released: 0 };
  const lossAt = (image: Image01): number => {
    let sum = 0;
    for (const [i, x] of image.data.entries()) sum += (x - target[i]!) ** 2;
    return (factor / 2) * sum;
  };
  return {
    counted,
    async evaluate(image, _k, signal) {
      signal?.throwIfAborted();
      counted.evaluations++;
      const loss = lossAt(image);
      const gradient = image.data.map((x, i) => factor * (x - target[i]!));
      return { loss, gradient, scale: Math.abs(factor), parts: [{ ref, loss }] };
    },
    measure: async (image) => [{ ref, loss: lossAt(image) }],
    release: async () => void counted.released++,
  };
}

/** A small image with values spread over [0.2, 0.8]. */
export function smallImage(width = 4, height = 3): Image01 {
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) => 0.2 + 0.6 * ((i * 0.618) % 1));
  return { width, height, channels: 3, data };
}
