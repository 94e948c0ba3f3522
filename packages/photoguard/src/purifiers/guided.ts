// AdverseCleaner: many weak bilateral filters wash out the perturbation, then guided filters with the photo as the
// guide restore its edges.
import type { Pixels8 } from '../image/index.ts';
import { stopIfAborted } from '../transforms/index.ts';
import { bilateralFilter } from './bilateral-filter.ts';
import { fromFloats, inFloats } from './floats.ts';
import { prepareGuide } from './guided-filter.ts';
import { purifierKind } from './kind.ts';
import type { PurifierContext } from './purifier.ts';

/** `guided`. */
export const guided = purifierKind({
  about: 'many weak bilateral filters, then guided filters that bring the edges back',
  compared:
    "AdverseCleaner's program with its own numbers by default: 64 bilateral filters (diameter 5, both deviations 8), 4 " +
    'guided filters (radius 4, eps 16) with the photo as the guide, in floats. It rounds at the end where the original cuts off.',
  arguments: {
    bilateral: { kind: 'integer', about: 'bilateral filters', default: 64, min: 0, max: 1000 },
    guided: { kind: 'integer', about: 'guided filters after them', default: 4, min: 0, max: 1000 },
    radius: { kind: 'integer', about: "of the guided filter's windows", default: 4, min: 1, max: 100, unit: 'pixels' },
    eps: {
      kind: 'number',
      about: 'variance that counts as flat',
      default: 16,
      min: 0.001,
      max: 65025,
      unit: 'levels^2',
    },
  },
  make: (options) => (pixels, context) => adverseCleaner(pixels, options, context),
});

const BILATERAL = { color: 8, space: 8, diameter: 5 };

async function adverseCleaner(
  pixels: Pixels8,
  { bilateral, guided: times, radius, eps }: { bilateral: number; guided: number; radius: number; eps: number },
  context: PurifierContext,
): Promise<Pixels8> {
  let values = inFloats(pixels);
  const filter = bilateralFilter(pixels, BILATERAL);
  for (let k = 0; k < bilateral; k++) {
    await breath(context);
    values = filter(values);
  }
  if (times === 0) return fromFloats(values, pixels);
  const plane = (data: ArrayLike<number>, c: number): Float64Array =>
    Float64Array.from({ length: data.length / 3 }, (_, i) => data[3 * i + c]!);
  const guide = prepareGuide(
    [0, 1, 2].map((c) => plane(pixels.data, c)),
    pixels,
    radius,
    eps,
  );
  let planes = [0, 1, 2].map((c) => plane(values, c));
  for (let k = 0; k < times; k++) {
    await breath(context);
    planes = planes.map((one) => guide.filter(one));
  }
  return fromFloats(
    values.map((_, i) => planes[i % 3]![(i - (i % 3)) / 3]!),
    pixels,
  );
}

// Lets other work run, such as a request to stop.
async function breath(context: PurifierContext): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  stopIfAborted(context);
}
