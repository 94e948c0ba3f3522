// DepthToSpace and SpaceToDepth: inverses of each other, so each one's gradient is the other, written as Reshape and
// Transpose. x is [N, C, H, W].
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import { readNumber, readString } from './attributes.ts';
import type { Operator } from './operator.ts';

type Order = 'DCR' | 'CRD';

function readOrder(attributes: Attributes): Order {
  const mode = readString(attributes, 'mode', 'DCR');
  if (mode !== 'DCR' && mode !== 'CRD') throw new GraphError('attribute', `mode must be DCR or CRD, not ${mode}`);
  return mode;
}

// [N, C, H, W] to [N, C b b, H / b, W / b]; DCR puts the offset in a block before the channel, CRD after it.
function spaceToDepth(g: Builder, x: Value, b: number, order: Order): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const blocks = g.reshape(x, [n, c, h / b, b, w / b, b]);
  const moved = g.transpose(blocks, order === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]);
  return g.reshape(moved, [n, c * b * b, h / b, w / b]);
}

// [N, C b b, H, W] to [N, C, H b, W b], offsets before channels.
function depthToSpace(g: Builder, x: Value, b: number): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const split = g.reshape(x, [n, b, b, c / (b * b), h, w]);
  return g.reshape(g.transpose(split, [0, 3, 4, 1, 5, 2]), [n, c / (b * b), h * b, w * b]);
}

function checkSizes(shape: readonly number[], attributes: Attributes): [number, number, number, number, number] {
  const b = readNumber(attributes, 'blocksize', 0);
  if (shape.length !== 4 || !(b > 0)) throw new GraphError('shape', `blocksize ${b} of an input [${shape}]`);
  return [...(shape as [number, number, number, number]), b];
}

/** Blocks of channels moved into space: [N, C b b, H, W] to [N, C, H b, W b]. */
export const DepthToSpace: Operator = {
  name: 'DepthToSpace',
  arity: [1, 1],
  attributes: { blocksize: 'int', mode: 'string' },
  infer: ({ I, attributes }) => {
    const [n, c, h, w, b] = checkSizes(I(0).shape, attributes);
    readOrder(attributes);
    if (c % (b * b) !== 0) throw new GraphError('shape', `${c} channels do not split into blocks of ${b}x${b}`);
    return [{ dtype: I(0).dtype, shape: [n, c / (b * b), h * b, w * b] }];
  },
  vjp: ({ g, GO, attributes }) => [
    spaceToDepth(g, GO(0), readNumber(attributes, 'blocksize', 1), readOrder(attributes)),
  ],
};

/** Blocks of space moved into channels: [N, C, H, W] to [N, C b b, H / b, W / b]. */
export const SpaceToDepth: Operator = {
  name: 'SpaceToDepth',
  arity: [1, 1],
  attributes: { blocksize: 'int' },
  infer: ({ I, attributes }) => {
    const [n, c, h, w, b] = checkSizes(I(0).shape, attributes);
    if (h % b !== 0 || w % b !== 0) throw new GraphError('shape', `${h}x${w} does not split into blocks of ${b}x${b}`);
    return [{ dtype: I(0).dtype, shape: [n, c * b * b, h / b, w / b] }];
  },
  vjp: ({ g, GO, attributes }) => [depthToSpace(g, GO(0), readNumber(attributes, 'blocksize', 1))],
};
