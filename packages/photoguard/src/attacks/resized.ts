// The photo at its own resolution, the model at the editor's: the perturbation lives on the photo's pixels, and the
// objective sees it through the resize that an editor does first (design.md, decision 6).
import type { Image01, ResizeOptions, Size } from '../image/index.ts';
import { resizeImage, resizeImageVjp } from '../image/index.ts';
import type { Objective } from './objective.ts';

/** How diffusers resizes a PIL image: Lanczos over three lobes, antialiased. */
export const EDITOR_RESIZE: ResizeOptions = { filter: 'lanczos3' };

/** `objective` seen through a resize to `size`; no resize where the photo has that size already. */
export function resized(size: Size, objective: Objective, options: ResizeOptions = EDITOR_RESIZE): Objective {
  const fits = (image: Image01): boolean => image.width === size.width && image.height === size.height;
  const seen = (image: Image01): Image01 => (fits(image) ? image : resizeImage(image, size, options));
  return {
    async evaluate(image, signal) {
      const result = await objective.evaluate(seen(image), signal);
      if (fits(image)) return result;
      const cotangent: Image01 = { ...size, channels: 3, data: result.gradient };
      return { ...result, gradient: resizeImageVjp(cotangent, image, options).data };
    },
    measure: (image, signal) => objective.measure(seen(image), signal),
    release: () => objective.release(),
  };
}
