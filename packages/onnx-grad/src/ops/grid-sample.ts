// GridSample: x [N, C, ...] read at the positions of a grid [N, ..., d], from -1 to 1, the last axis first. It is
// differentiated in its parts: a few weighted taps along each axis, gathered and summed.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import { readNumber, readString } from './attributes.ts';
import type { Operator } from './operator.ts';

interface Setting {
  readonly mode: string;
  readonly padding: string;
  readonly align: boolean;
}

function readSetting(attributes: Attributes): Setting {
  const mode = readString(attributes, 'mode', 'linear');
  const padding = readString(attributes, 'padding_mode', 'zeros');
  if (!['linear', 'nearest', 'cubic'].includes(mode))
    throw new GraphError('attribute', `mode must be linear, nearest or cubic, not ${mode}`);
  if (!['zeros', 'border', 'reflection'].includes(padding))
    throw new GraphError('attribute', `padding_mode must be zeros, border or reflection, not ${padding}`);
  return { mode, padding, align: readNumber(attributes, 'align_corners', 0) === 1 };
}

// A tap of one axis: where (whole numbers, as floats) and with what weight; both [N, 1, P].
interface Tap {
  readonly at: Value;
  readonly weight: Value;
}

/** x read at the positions of a grid, with nearest, linear or (in two dimensions) cubic interpolation. */
export const GridSample: Operator = {
  name: 'GridSample',
  arity: [2, 2],
  attributes: { align_corners: 'int', mode: 'string', padding_mode: 'string' },
  infer: ({ I, attributes }) => {
    const [x, grid] = [I(0).shape, I(1).shape];
    const axes = x.length - 2;
    if (axes < 1 || grid.length !== axes + 2 || grid.at(-1) !== axes || grid[0] !== x[0])
      throw new GraphError('shape', `a grid [${grid}] does not fit [${x}]: [N, ..., ${axes}] is needed`);
    if (readSetting(attributes).mode === 'cubic' && axes !== 2)
      throw new GraphError('attribute', `mode cubic is for images [N, C, H, W], not [${x}]`);
    return [{ dtype: I(0).dtype, shape: [...x.slice(0, 2), ...grid.slice(1, -1)] }];
  },
  decompose: ({ g, I, attributes }) => {
    const [x, grid] = [I(0), I(1)];
    const [n, c, ...spatial] = x.shape as [number, number, ...number[]];
    const out = grid.shape.slice(1, -1);
    const setting = readSetting(attributes);
    const places = g.reshape(grid, [n, 1, sizeOf(out), spatial.length]);
    const taps = spatial.map((size, axis) => {
      const last = spatial.length - 1 - axis;
      const place = g.reshape(g.slice(places, [3], [last], [last + 1]), [n, 1, sizeOf(out)]);
      return writeTaps(g, place, size, setting);
    });
    const flat = g.reshape(x, [n, c, sizeOf(spatial)]);
    const terms = combinations(taps).map((corner) => {
      const index = corner.reduce<Value | undefined>((sum, { at }, axis) => {
        const whole = g.cast(at, 'int64');
        return sum ? g.add(g.mul(sum, g.scalar(spatial[axis]!, 'int64')), whole) : whole;
      }, undefined)!;
      const read = g.op('GatherElements', [flat, g.expand(index, [n, c, sizeOf(out)])], { axis: 2 });
      return g.mul(read, corner.map(({ weight }) => weight).reduce(g.mul));
    });
    return [g.reshape(terms.reduce(g.add), [n, c, ...out])];
  },
};

// One tap of each axis, in all combinations.
const combinations = (taps: readonly (readonly Tap[])[]): Tap[][] =>
  taps.reduce<Tap[][]>((all, some) => all.flatMap((corner) => some.map((tap) => [...corner, tap])), [[]]);

function writeTaps(g: Builder, place: Value, size: number, { mode, padding, align }: Setting): Tap[] {
  const { dtype } = place;
  // From -1 to 1: centres of the outermost elements with `align`, else their outer edges.
  const x = align
    ? g.scale(g.shift(place, 1), (size - 1) / 2)
    : g.scale(g.shift(g.scale(g.shift(place, 1), size), -1), 0.5);
  const inside = (value: Value): Value => padded(g, value, size, padding, align);
  if (mode === 'nearest') return [tap(g, g.op('Round', [inside(x)]), g.scalar(1, dtype), size)];
  if (mode === 'linear') {
    const position = inside(x);
    const below = g.op('Floor', [position]);
    const part = g.sub(position, below);
    return [tap(g, below, g.sub(g.scalar(1, dtype), part), size), tap(g, g.shift(below, 1), part, size)];
  }
  const below = g.op('Floor', [x]);
  const part = g.sub(x, below);
  return [-1, 0, 1, 2].map((offset) => {
    const at = inside(g.shift(below, offset));
    return tap(g, at, cubicWeight(g, g.op('Abs', [g.shift(part, -offset)]), offset), size);
  });
}

// Beyond the edges a tap has weight 0 and reads the edge instead.
function tap(g: Builder, at: Value, weight: Value, size: number): Tap {
  const [zero, last] = [g.scalar(0, at.dtype), g.scalar(size - 1, at.dtype)];
  const isInside = g.op('And', [g.op('GreaterOrEqual', [at, zero]), g.op('LessOrEqual', [at, last])]);
  return { at: g.op('Clip', [at, zero, last]), weight: g.where(isInside, weight, zero) };
}

// Keys' cubic with a = -0.75, as in PyTorch: the inner taps are within one element, the outer ones within two.
function cubicWeight(g: Builder, t: Value, offset: number): Value {
  const a = -0.75;
  // A polynomial of t, the highest power first.
  const polynomial = (highest: number, ...others: readonly number[]): Value =>
    others.slice(1).reduce((sum, k) => g.shift(g.mul(sum, t), k), g.shift(g.scale(t, highest), others[0]!));
  return offset === 0 || offset === 1 ? polynomial(a + 2, -(a + 3), 0, 1) : polynomial(a, -5 * a, 8 * a, -4 * a);
}

// A position after padding: clamped to the edge, or reflected; unchanged for 'zeros'.
function padded(g: Builder, x: Value, size: number, padding: string, align: boolean): Value {
  const clip = (value: Value): Value => g.op('Clip', [value, g.scalar(0, x.dtype), g.scalar(size - 1, x.dtype)]);
  if (padding === 'border') return clip(x);
  if (padding !== 'reflection') return x;
  const [low, span] = align ? [0, size - 1] : [-0.5, size];
  if (span === 0) return g.scale(x, 0);
  const distance = g.op('Abs', [g.shift(x, -low)]);
  const turns = g.op('Floor', [g.scale(distance, 1 / span)]);
  const rest = g.sub(distance, g.scale(turns, span));
  const isEven = g.op('Equal', [turns, g.scale(g.op('Floor', [g.scale(turns, 0.5)]), 2)]);
  return clip(g.where(isEven, g.shift(rest, low), g.sub(g.scalar(span + low, x.dtype), rest)));
}
