// One of several objectives that see a photo at different sizes (view/views.ts): it takes its part, and its gradient is
// 0 in the parts of the others.
import type { Image01, Size } from '../image/index.ts';
import { sumLengths, takePart } from '../view/index.ts';
import type { Objective } from './objective.ts';

/** The objective at a place among several that see the photo at such sizes. */
export function partObjective(objective: Objective, sizes: readonly Size[], place: number): Objective {
  const { width, height } = sizes[place]!;
  const seen = ({ data }: Image01): Image01 => ({
    width,
    height,
    channels: 3,
    data: takePart(data, sizes, place).slice(),
  });
  return {
    relative: objective.relative,
    async evaluate(image, k, signal, clean) {
      const result = await objective.evaluate(seen(image), k, signal, clean && seen(clean));
      const gradient = new Float32Array(sumLengths(sizes));
      takePart(gradient, sizes, place).set(result.gradient);
      return { ...result, gradient };
    },
    measure: (image, signal, clean) => objective.measure(seen(image), signal, clean && seen(clean)),
    release: () => objective.release(),
  };
}
