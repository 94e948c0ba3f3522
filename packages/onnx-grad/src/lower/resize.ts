// Resize with a filter that the device has no kernel for: one product with a constant matrix an axis.
import { numberOf, stringOf } from '../ops/attributes.ts';
import { multiplyAxis, resizedAxes } from '../ops/resize.ts';
import { resizeWeights } from '../ops/resize-weights.ts';
import type { Rewrite } from './rewrite.ts';

/** Cubic and antialiased resizing; nearest and linear stay as they are. */
export const resizeByMatrices: Rewrite = ({ g, I, inputs, numbers, attributes }) => {
  if (stringOf(attributes, 'mode', 'nearest') !== 'cubic' && numberOf(attributes, 'antialias', 0) !== 1)
    return undefined;
  return [
    resizedAxes({ inputs, I, numbers, attributes }).reduce(
      (x, axis, i) => (axis.input === axis.output && axis.scale === 1 ? x : multiplyAxis(g, resizeWeights(axis), x, i)),
      I(0),
    ),
  ];
};
