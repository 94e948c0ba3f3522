// Transforms in sequence. Each part has its own seed: the first has the context's, part k one made from that and k.
// Otherwise two parts that add noise would add the same noise.
import type { Size } from '../image/index.ts';
import { Random, STREAMS } from '../random.ts';
import type { Pass } from './pass.ts';
import { stopIfAborted, type Transform, type TransformContext } from './transform.ts';
import { writePasses } from './write-pass.ts';

/** The seed of part `k` of a chain, from 0. */
export const seedOfPart = (seed: number, k: number): number =>
  k === 0 ? seed : new Random(seed, STREAMS.chainPart(k)).bits(0);

/** A chain as a transform. `none` is dropped, unless the whole chain is `none`. */
export function joinTransforms<Context extends TransformContext>(
  parts: readonly Transform<Context>[],
): Transform<Context> {
  const some = parts.filter(({ spec }) => spec !== 'none');
  if (some.length === 0) return parts[0]!;
  if (some.length === 1) return some[0]!;
  const all = some.flatMap(({ passes }) => passes ?? []);
  return {
    spec: some.map(({ spec }) => spec).join(' > '),
    async apply(pixels, context) {
      let result = pixels;
      for (const [k, part] of some.entries()) {
        stopIfAborted(context);
        result = await part.apply(result, { ...context, seed: seedOfPart(context.seed, k) });
      }
      return result;
    },
    ...(all.length === some.length &&
      differentiable((size, seed) => all.flatMap((passes, k) => passes(size, seedOfPart(seed, k))))),
  };
}

/** Both float forms of a transform, made from its passes. */
export const differentiable = (
  passes: (size: Size, seed: number) => readonly Pass[],
): Required<Pick<Transform, 'passes' | 'write'>> => ({
  passes,
  write(g, image, seed = 0) {
    const [, , height, width] = image.shape as [number, number, number, number];
    return writePasses(g, image, passes({ width, height }, seed));
  },
});
