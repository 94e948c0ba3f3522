// Moving blocks of space into channels, by Reshape and Transpose. x is [N, C, H, W].
import { readNumber } from '../ops/attributes.ts';
import type { Rewrite } from './rewrite.ts';

/** [N, C, H, W] to [N, b b C, H / b, W / b], the offset in a block before the channel. */
export const spaceToDepth: Rewrite = ({ g, I, attributes }) => {
  const b = readNumber(attributes, 'blocksize', 1);
  const [n, c, h, w] = I(0).shape as [number, number, number, number];
  const moved = g.transpose(g.reshape(I(0), [n, c, h / b, b, w / b, b]), [0, 3, 5, 1, 2, 4]);
  return [g.reshape(moved, [n, c * b * b, h / b, w / b])];
};
