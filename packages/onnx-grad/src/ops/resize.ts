// Resize. It is linear and separable: along each axis a matrix (resize-weights.ts). The gradient multiplies by the
// transposed matrices; if elements were only repeated, it sums over the copies instead.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import { normalizeAxis, sizeOf } from '../graph/shape.ts';
import { readNumber, readNumbers, readString } from './attributes.ts';
import { multiplyAxis, transposed } from './axis-product.ts';
import type { InferContext, Operator } from './operator.ts';
import type { AxisResize } from './resize-weights.ts';
import { isOutside, resizeWeights } from './resize-weights.ts';

type Context = Pick<InferContext, 'inputs' | 'I' | 'numbers' | 'attributes'>;

/** How a Resize changes each axis of its input. @throws GraphError for unsupported settings */
export function resizedAxes({ inputs, I, numbers, attributes }: Context): AxisResize[] {
  const { shape } = I(0);
  const all = shape.map((_, i) => i);
  const axes = readNumbers(attributes, 'axes', all).map((axis) => normalizeAxis(axis, shape.length));
  const scales = inputs[2] && sizeOf(inputs[2].shape) > 0 ? numbers(2) : undefined;
  const sizes = inputs[3] && sizeOf(inputs[3].shape) > 0 ? numbers(3) : undefined;
  const given = scales ?? sizes;
  if (!given || given.length !== axes.length)
    throw new GraphError('shape', `Resize needs a scale or a size for each of its ${axes.length} axes`);
  const policy = readString(attributes, 'keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') throw new GraphError('attribute', `keep_aspect_ratio_policy ${policy} is not known`);
  const crops = readCrops({ inputs, I, numbers, attributes }, axes.length);
  const mode = readString(attributes, 'mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'cubic')
    throw new GraphError('attribute', `mode must be nearest, linear or cubic, not ${mode}`);
  const coordinates = readChoice(attributes, 'coordinate_transformation_mode', COORDINATES);
  const nearest = readChoice(attributes, 'nearest_mode', NEAREST);
  return shape.map((input, i) => {
    const at = axes.indexOf(i);
    const output = at < 0 ? input : (sizes?.[at] ?? Math.floor(Math.fround(input * scales![at]!)));
    return {
      input,
      output,
      scale: at < 0 ? 1 : (scales?.[at] ?? output / input),
      mode,
      coordinates,
      nearest,
      cubicA: readNumber(attributes, 'cubic_coeff_a', -0.75),
      antialias: readNumber(attributes, 'antialias', 0) === 1,
      excludeOutside: readNumber(attributes, 'exclude_outside', 0) === 1,
      ...(crops && { crop: at < 0 ? ([0, 1] as const) : crops[at]! }),
    };
  });
}

const CROP = 'tf_crop_and_resize';
const COORDINATES = ['half_pixel', 'half_pixel_symmetric', 'pytorch_half_pixel', 'align_corners', 'asymmetric', CROP];
const NEAREST = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

// A string attribute that must be one of a list, the first by default.
function readChoice(attributes: Attributes, name: string, known: readonly string[]): string {
  const value = readString(attributes, name, known[0]!);
  if (!known.includes(value))
    throw new GraphError('attribute', `${name} must be one of ${known.join(', ')}, not ${value}`);
  return value;
}

// The part of each axis that is taken: input 1 holds all starts, then all ends.
function readCrops({ inputs, numbers, attributes }: Context, axes: number): [number, number][] | undefined {
  if (readString(attributes, 'coordinate_transformation_mode', 'half_pixel') !== CROP) return undefined;
  if (readNumber(attributes, 'antialias', 0) === 1)
    throw new GraphError('attribute', `antialias with ${CROP} is not known`);
  const given = inputs[1] ? numbers(1) : [];
  if (given.length !== 2 * axes)
    throw new GraphError('shape', `${CROP} needs a roi of ${2 * axes} numbers, not ${given.length}`);
  return given.slice(0, axes).map((start, i) => [start, given[axes + i]!]);
}

/** x in other sizes, by nearest, linear or cubic interpolation. */
export const Resize: Operator = {
  name: 'Resize',
  arity: [1, 4],
  attributes: {
    antialias: 'int',
    axes: 'ints',
    coordinate_transformation_mode: 'string',
    cubic_coeff_a: 'float',
    exclude_outside: 'int',
    extrapolation_value: 'float',
    keep_aspect_ratio_policy: 'string',
    mode: 'string',
    nearest_mode: 'string',
  },
  // ONNX Runtime's antialiased kernel repeats the edge where Pillow and PyTorch renormalise, and ignores a crop to the
  // same number of elements.
  expand: (context) => {
    const isForgotten = (axis: AxisResize): boolean =>
      axis.crop !== undefined && axis.input === axis.output && !isUnchanged(axis);
    return readNumber(context.attributes, 'antialias', 0) === 1 || resizedAxes(context).some(isForgotten)
      ? [resizeByProducts(context.g, context)]
      : undefined;
  },
  infer: (context) => [{ dtype: context.I(0).dtype, shape: resizedAxes(context).map(({ output }) => output) }],
  vjp: ({ g, I, GO, wants, node, numbers, attributes }) => {
    if (!wants(0)) return [];
    let gradient = GO(0);
    resizedAxes({ inputs: node.inputs, I, numbers, attributes }).forEach((axis, i) => {
      if (isUnchanged(axis)) return;
      const rows = resizeWeights(axis);
      const repeats = axis.output / axis.input;
      const repeated = Number.isInteger(repeats) && rows.every((row, j) => row[Math.floor(j / repeats)] === 1);
      gradient = repeated ? sumRepeats(g, gradient, i, repeats) : multiplyAxis(g, transposed(rows), gradient, i);
    });
    return [gradient];
  },
};

/** A Resize node as one product with a constant matrix per axis. */
export function resizeByProducts(g: Builder, context: Context): Value {
  const axes = resizedAxes(context);
  const product = axes.reduce(
    (x, axis, i) => (isUnchanged(axis) ? x : multiplyAxis(g, resizeWeights(axis), x, i)),
    context.I(0),
  );
  const beyond = readNumber(context.attributes, 'extrapolation_value', 0);
  const inside = axes.map((axis) => Array.from({ length: axis.output }, (_, j) => (isOutside(axis, j) ? 0 : 1)));
  if (beyond === 0 || inside.every((flags) => flags.every((flag) => flag === 1))) return product;
  const masks = inside.map((flags, i) => {
    const shape = inside.map((_, k) => (k === i ? flags.length : 1));
    return g.cast(g.constant({ dtype: 'float32', shape, data: Float32Array.from(flags) }), product.dtype);
  });
  const outside = g.sub(g.scalar(1, product.dtype), masks.reduce(g.mul));
  return g.add(product, g.scale(outside, beyond));
}

const isUnchanged = ({ input, output, scale, crop: [start, end] = [0, 1] }: AxisResize): boolean =>
  input === output && scale === 1 && start === 0 && end === 1;

function sumRepeats(g: Builder, x: Value, axis: number, repeats: number): Value {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  return g.sum(g.reshape(x, [...before, x.shape[axis]! / repeats, repeats, ...after]), [axis + 1], false);
}

/** Options of {@link resizeAsMatrixProducts}. */
export interface MatrixResizeOptions {
  /** 'linear' (default) or 'cubic'. */
  readonly mode?: 'linear' | 'cubic';
  /** Widen the filter when shrinking, as Pillow does. Default true. */
  readonly antialias?: boolean;
  /** The cubic's parameter. Default -0.5 with antialias (Pillow), else -0.75 (PyTorch). */
  readonly cubicA?: number;
  /** ONNX's coordinate_transformation_mode. Default half_pixel. */
  readonly coordinates?: string;
}

/**
 * Resizes the last axes of x to `sizes` with one product with a constant matrix per axis: modes that WebGPU and
 * Resize's kernels lack (cubic, antialiased) run everywhere this way, and the gradient is the same products transposed.
 */
export function resizeAsMatrixProducts(
  g: Builder,
  x: Value,
  sizes: readonly number[],
  { mode = 'linear', antialias = true, coordinates = 'half_pixel', ...rest }: MatrixResizeOptions = {},
): Value {
  const cubicA = rest.cubicA ?? (antialias ? -0.5 : -0.75);
  const first = x.shape.length - sizes.length;
  if (first < 0) throw new GraphError('shape', `sizes [${sizes}] for an input [${x.shape}]`);
  return sizes.reduce((value, output, i) => {
    const input = x.shape[first + i]!;
    if (input === output) return value;
    const options = { mode, antialias, coordinates, cubicA, nearest: 'floor', excludeOutside: antialias };
    return multiplyAxis(g, resizeWeights({ input, output, scale: output / input, ...options }), value, first + i);
  }, x);
}
