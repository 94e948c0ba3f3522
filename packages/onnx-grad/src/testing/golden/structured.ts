// Golden operations with windows, layouts, indices, normalisations and products.
import type { Value } from '../../graph/graph.ts';
import { resizeAsMatrixProducts } from '../../ops/resize.ts';
import type { OpsContext, OpsGraph } from './context.ts';
import { eachAxis, numberIn, numbersIn, padsFrom } from './context.ts';

const optional = ({ I, has }: OpsContext, names: readonly string[]): Value[] =>
  names.flatMap((name) => (has(name) ? [I(name)] : []));

const symmetric = (padding: readonly number[]): number[] => [...padding, ...padding];

const convolution: OpsGraph = (context) => {
  const { g, config } = context;
  const sides = config.padding_left_right_top_bottom;
  return g.op('Conv', optional(context, ['x', 'weight', 'bias']), {
    strides: eachAxis(config, 'stride', 2, 1),
    dilations: eachAxis(config, 'dilation', 2, 1),
    pads: Array.isArray(sides) ? padsFrom(sides as number[]) : symmetric(eachAxis(config, 'padding', 2, 0)),
    group: numberIn(config, 'groups', 1),
  });
};

const transposedConvolution: OpsGraph = (context) => {
  const { g, config } = context;
  return g.op('ConvTranspose', optional(context, ['x', 'weight', 'bias']), {
    strides: eachAxis(config, 'stride', 2, 1),
    dilations: eachAxis(config, 'dilation', 2, 1),
    pads: symmetric(eachAxis(config, 'padding', 2, 0)),
    output_padding: eachAxis(config, 'output_padding', 2, 0),
    group: numberIn(config, 'groups', 1),
  });
};

const pooling =
  (op: string): OpsGraph =>
  ({ g, config, I }) => {
    const kernel = eachAxis(config, 'kernel', 2, 1);
    return g.op(op, [I('x')], {
      kernel_shape: kernel,
      strides: config.stride === undefined ? kernel : eachAxis(config, 'stride', 2, 1),
      pads: symmetric(eachAxis(config, 'padding', 2, 0)),
      ceil_mode: config.ceil_mode === true ? 1 : 0,
      // PyTorch counts the padding unless told otherwise.
      ...(op === 'AveragePool' && { count_include_pad: config.count_include_pad === false ? 0 : 1 }),
    });
  };

const padding: OpsGraph = ({ g, config, I }) => {
  const pads = padsFrom(numbersIn(config, 'left_right_top_bottom'));
  const mode = String(config.mode);
  const value = mode === 'constant' ? [g.scalar(numberIn(config, 'value', 0))] : [undefined];
  return g.op('Pad', [I('x'), g.ints(pads), ...value, g.ints([2, 3])], { mode });
};

const slicing: OpsGraph = ({ g, config, I }) => {
  const { shape } = I('x');
  const steps = numbersIn(config, 'steps');
  const axes = config.axes ? numbersIn(config, 'axes') : shape.map((_, i) => i);
  const given = (name: string, fallback: (step: number, axis: number) => number): number[] => {
    const list = (config[name] ?? axes.map(() => null)) as (number | null)[];
    return list.map((n, i) => n ?? fallback(steps[i]!, axes[i]!));
  };
  const starts = given('starts', (step) => (step > 0 ? 0 : -1));
  const ends = given('ends', (step, axis) => (step > 0 ? shape[axis]! : -(2 ** 31)));
  return g.slice(I('x'), axes, starts, ends, steps);
};

const resizing: OpsGraph = ({ g, config, I }) => {
  const { shape } = I('x');
  const factor = numberIn(config, 'scale', 1);
  const size = config.size ? numbersIn(config, 'size') : shape.slice(2).map((n) => n * factor);
  if (config.mode === 'nearest')
    return g.op('Resize', [I('x'), undefined, undefined, g.ints([...shape.slice(0, 2), ...size])], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  return resizeAsMatrixProducts(g, I('x'), size, {
    mode: config.mode === 'bicubic' ? 'cubic' : 'linear',
    antialias: config.antialias === true,
    coordinates: config.align_corners === true ? 'align_corners' : 'half_pixel',
  });
};

// softmax(q k^T / sqrt(d) + mask) v
const attention: OpsGraph = ({ g, config, I, has }) => {
  const [q, k, v] = [I('q'), I('k'), I('v')];
  const scores = g.scale(g.op('MatMul', [q, g.transpose(k, [0, 1, 3, 2])]), 1 / Math.sqrt(q.shape.at(-1)!));
  const biased = has('bias') ? g.add(scores, I('bias')) : scores;
  const [rows, columns] = scores.shape.slice(-2) as [number, number];
  const visible = g.op('Trilu', [g.expand(g.scalar(1), [rows, columns])], { upper: 0 });
  const hidden = g.op('Greater', [g.scalar(0.5), visible]);
  const masked = config.causal === true ? g.where(hidden, g.scalar(Number.NEGATIVE_INFINITY), biased) : biased;
  return g.op('MatMul', [g.op('Softmax', [masked], { axis: -1 }), v]);
};

const concatenation: OpsGraph = ({ g, config, I }) =>
  g.concat((config.order as string[]).map(I), numberIn(config, 'axis', 0));

// The second part's beginning times the first part, so that both get a gradient.
const splitting: OpsGraph = ({ g, I }) => {
  const rest = I('x').shape[1]! - 2;
  const [a, b] = g.ops('Split', [I('x'), g.ints([2, rest])], { axis: 1 }, 2) as [Value, Value];
  return g.mul(g.slice(b, [1], [0], [2]), a);
};

/** By the name in `config.op`. */
export const STRUCTURED: Readonly<Record<string, OpsGraph>> = {
  conv2d: convolution,
  conv_transpose2d: transposedConvolution,
  avg_pool2d: pooling('AveragePool'),
  max_pool2d: pooling('MaxPool'),
  global_avg_pool: ({ g, I }) => g.op('GlobalAveragePool', [I('x')]),
  pad: padding,
  slice: slicing,
  resize: resizing,
  attention,
  concat: concatenation,
  split: splitting,
  expand: ({ g, config, I }) => g.expand(I('x'), numbersIn(config, 'shape')),
  tile: ({ g, config, I }) => g.op('Tile', [I('x'), g.ints(numbersIn(config, 'repeats'))]),
  transpose: ({ g, config, I }) => g.transpose(I('x'), numbersIn(config, 'perm')),
  'reshape + transpose': ({ g, config, I }) => {
    const [n, length, width] = I('x').shape as [number, number, number];
    const heads = numberIn(config, 'heads', 1);
    return g.transpose(g.reshape(I('x'), [n, length, heads, width / heads]), [0, 2, 1, 3]);
  },
  gather: ({ g, config, I, has }) => {
    const [data, indices] = has('table') ? ['table', 'ids'] : ['x', 'indices'];
    return g.op('Gather', [I(data!), I(indices!)], { axis: numberIn(config, 'axis', 0) });
  },
  gather_elements: ({ g, config, I }) =>
    g.op('GatherElements', [I('x'), I('indices')], { axis: numberIn(config, 'axis', 0) }),
  group_norm: ({ g, config, I }) =>
    g.op('GroupNormalization', [I('x'), I('weight'), I('bias')], {
      num_groups: numberIn(config, 'num_groups', 1),
      epsilon: numberIn(config, 'eps', 1e-5),
    }),
  layer_norm: ({ g, config, I }) =>
    g.op('LayerNormalization', [I('x'), I('weight'), I('bias')], {
      axis: -numbersIn(config, 'normalized_shape').length,
      epsilon: numberIn(config, 'eps', 1e-5),
    }),
  linear: ({ g, I }) => g.add(g.op('MatMul', [I('x'), g.transpose(I('weight'), [1, 0])]), I('bias')),
};
