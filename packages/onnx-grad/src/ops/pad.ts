// Pad. With a constant, the padding is removed from the cotangent, and zeros are added where a negative pad cropped.
// The other modes copy elements of x, so the cotangent of the padding is added back to those.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { normalizeAxis } from '../graph/shape.ts';
import { readString } from './attributes.ts';
import type { InferContext, Operator } from './operator.ts';

/** Elements added before and after each axis; negative where cropped. */
export function readPads({ inputs, I, numbers }: Pick<InferContext, 'inputs' | 'I' | 'numbers'>): {
  before: number[];
  after: number[];
} {
  const rank = I(0).shape.length;
  const pads = numbers(1);
  const axes = inputs[3] ? numbers(3).map((a) => normalizeAxis(a, rank)) : Array.from({ length: rank }, (_, i) => i);
  if (pads.length !== 2 * axes.length) throw new GraphError('shape', `${pads.length} pads for ${axes.length} axes`);
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  axes.forEach((axis, i) => {
    before[axis] = pads[i]!;
    after[axis] = pads[axes.length + i]!;
  });
  return { before, after };
}

/** x with elements before and after each axis. */
export const Pad: Operator = {
  name: 'Pad',
  arity: [2, 4],
  attributes: { mode: 'string' },
  infer: (context) => {
    const { before, after } = readPads(context);
    const { dtype, shape } = context.I(0);
    const mode = readString(context.attributes, 'mode', 'constant');
    if (mode !== 'constant') {
      checkFolds(mode, shape, before);
      checkFolds(mode, shape, after);
    }
    return [{ dtype, shape: shape.map((n, i) => n + before[i]! + after[i]!) }];
  },
  vjp: ({ g, I, node, numbers, GO, wants, attributes }) => {
    const mode = readString(attributes, 'mode', 'constant');
    const { before, after } = readPads({ inputs: node.inputs, I, numbers });
    if (mode !== 'constant') return [wants(0) ? foldBack(g, GO(0), mode, I(0).shape, before) : undefined];
    const opposite = (pads: number[]): number[] => pads.map((n) => -n);
    // The constant gets the gradient in the padding: the whole sum minus that of the part that came from x.
    const inPadding = (): Value => {
      const kept = (pads: number[]): number[] => pads.map((n) => Math.min(0, -n));
      const all = GO(0).shape.map((_, i) => i);
      const sum = (value: Value): Value => g.reshape(g.sum(value, all), I(2).shape);
      return g.sub(sum(GO(0)), sum(g.pad(GO(0), kept(before), kept(after))));
    };
    return [
      wants(0) ? g.pad(GO(0), opposite(before), opposite(after)) : undefined,
      undefined,
      wants(2) ? inPadding() : undefined,
    ];
  },
};

// How far a mode can reach into an axis of n elements.
const REACH: Readonly<Record<string, (n: number) => number>> = {
  reflect: (n) => n - 1,
  wrap: (n) => n,
  edge: () => Number.POSITIVE_INFINITY,
};

function checkFolds(mode: string, shape: Shape, pads: readonly number[]): void {
  const reach = REACH[mode];
  if (!reach) throw new GraphError('attribute', `mode must be constant, reflect, edge or wrap, not ${mode}`);
  pads.forEach((n, i) => {
    if (n < 0 || n > reach(shape[i]!))
      throw new GraphError('shape', `mode ${mode} cannot pad axis ${i} of [${shape}] by ${n}`);
  });
}

// Axis by axis, the cotangent of the padding is added to the elements that it copied.
function foldBack(g: Builder, cotangent: Value, mode: string, x: Shape, before: readonly number[]): Value {
  return x.reduce((gradient, n, axis) => {
    const start = before[axis]!;
    const rest = gradient.shape[axis]! - start - n;
    const part = (from: number, to: number): Value => g.slice(gradient, [axis], [from], [to]);
    // Puts the (reversed, for reflect) copies at a position of the axis.
    const placed = (copies: Value, at: number): Value => {
      const reversed = mode === 'reflect' ? g.slice(copies, [axis], [-1], [-(2 ** 31)], [-1]) : copies;
      const value = mode === 'edge' ? g.sum(copies, [axis]) : reversed;
      const pads = (size: number): number[] => x.map((_, i) => (i === axis ? size : 0));
      return g.pad(value, pads(at), pads(n - at - value.shape[axis]!));
    };
    const target = {
      reflect: [1, n - 1 - rest],
      wrap: [n - start, 0],
      edge: [0, n - 1],
    }[mode] as [number, number];
    let sum = part(start, start + n);
    if (start > 0) sum = g.add(sum, placed(part(0, start), target[0]));
    if (rest > 0) sum = g.add(sum, placed(part(start + n, start + n + rest), target[1]));
    return sum;
  }, cotangent);
}
