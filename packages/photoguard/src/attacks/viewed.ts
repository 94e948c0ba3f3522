// Turns an objective on a model's view into one on the photo itself.
import { readPlanes, toPixels8 } from '../image/index.ts';
import type { View } from '../view/index.ts';
import type { Objective } from './objective.ts';

/** `objective` seen through a view. Gradients are taken without the view's rounding; measurements include it. */
export const viewed = (view: View, objective: Objective): Objective => ({
  relative: objective.relative,
  async evaluate(image, k, signal, clean) {
    const result = await objective.evaluate(
      view.see(readPlanes(image)),
      k,
      signal,
      clean && view.see(readPlanes(clean)),
    );
    const area = image.width * image.height;
    const gradient = new Float32Array(3 * area);
    for (let channel = 0; channel < 3; channel++)
      view.pull(result.gradient, channel, gradient.subarray(channel * area, (channel + 1) * area));
    return { ...result, gradient };
  },
  measure: (image, signal, clean) =>
    objective.measure(view.exact(toPixels8(image)), signal, clean && view.exact(toPixels8(clean))),
  release: () => objective.release(),
});
