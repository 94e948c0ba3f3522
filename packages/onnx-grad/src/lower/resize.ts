// Resize with a filter that the device has no kernel for: one product with a constant matrix per axis.
import { readString } from '../ops/attributes.ts';
import { resizeByProducts } from '../ops/resize.ts';
import type { Rewrite } from './rewrite.ts';

/** Cubic resizing; nearest and linear stay as they are, and antialiased ones are products on every device. */
export const resizeByMatrices: Rewrite = (context) =>
  readString(context.attributes, 'mode', 'nearest') === 'cubic' ? [resizeByProducts(context.g, context)] : undefined;
