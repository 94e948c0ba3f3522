// Golden operations that work element by element, or on one axis at a time.
import type { Value } from '../../graph/graph.ts';
import type { OpsContext, OpsGraph } from './context.ts';
import { numberIn, numbersIn } from './context.ts';

const unary =
  (op: string, attributes = {}): OpsGraph =>
  ({ g, I }) =>
    g.op(op, [I('x')], attributes);

const binary =
  (op: string): OpsGraph =>
  ({ g, I }) =>
    g.op(op, [I('a'), I('b')]);

const power =
  (exponent: number): OpsGraph =>
  ({ g, I }) =>
    g.op('Pow', [I('x'), g.scalar(exponent)]);

const silu: OpsGraph = ({ g, I }) => g.mul(I('x'), g.op('Sigmoid', [I('x')]));

const clamp =
  (low: number, high?: number): OpsGraph =>
  ({ g, config, I }) => {
    const bounds = high === undefined ? [low] : [numberIn(config, 'min', low), numberIn(config, 'max', high)];
    return g.op('Clip', [I('x'), ...bounds.map((bound) => g.scalar(bound))]);
  };

const keepdims = ({ config }: OpsContext): boolean => config.keepdims === true;

const reduction =
  (op: string): OpsGraph =>
  (context) => {
    const { g, config, I } = context;
    const axes = config.axes ? numbersIn(config, 'axes') : I('x').shape.map((_, i) => i);
    return g.reduce(op, I('x'), axes, keepdims(context));
  };

const variance: OpsGraph = (context) => {
  const { g, config, I } = context;
  const axes = numbersIn(config, 'axes');
  const centred = g.sub(I('x'), g.mean(I('x'), axes));
  const count = axes.reduce((product, axis) => product * I('x').shape.at(axis)!, 1);
  const squares = g.reduce('ReduceSumSquare', centred, axes, keepdims(context));
  return g.scale(squares, 1 / (config.unbiased === true ? count - 1 : count));
};

const alongAxis =
  (op: string): OpsGraph =>
  ({ g, config, I, has }) => {
    const x: Value = has('mask') ? g.add(I('x'), I('mask')) : I('x');
    return g.op(op, [x], { axis: numberIn(config, 'axis', -1) });
  };

/** By the name in `config.op`. Constants that the configuration leaves out are those of the case's description. */
export const ELEMENTWISE: Readonly<Record<string, OpsGraph>> = {
  abs: unary('Abs'),
  cos: unary('Cos'),
  sin: unary('Sin'),
  elu: unary('Elu'),
  erf: unary('Erf'),
  exp: unary('Exp'),
  log: unary('Log'),
  neg: unary('Neg'),
  mish: unary('Mish'),
  relu: unary('Relu'),
  sqrt: unary('Sqrt'),
  tanh: unary('Tanh'),
  sigmoid: unary('Sigmoid'),
  'sigmoid-large': unary('Sigmoid'),
  softplus: unary('Softplus'),
  reciprocal: unary('Reciprocal'),
  'gelu-erf': unary('Gelu'),
  'gelu-tanh': unary('Gelu', { approximate: 'tanh' }),
  'leaky-relu': unary('LeakyRelu', { alpha: 0.2 }),
  'quick-gelu': unary('com.microsoft::QuickGelu'),
  silu,
  'silu-large': silu,
  rsqrt: ({ g, I }) => g.op('Reciprocal', [g.op('Sqrt', [I('x')])]),
  clamp: clamp(-0.8, 1.1),
  'clamp-min': clamp(0.3),
  'pow-2': power(2),
  'pow-3': power(3),
  'pow-half': power(0.5),
  pow: binary('Pow'),
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('Div'),
  matmul: binary('MatMul'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  where: ({ g, I }) => g.where(I('condition'), I('a'), I('b')),
  'x * x + x': ({ g, I }) => g.add(g.mul(I('x'), I('x')), I('x')),
  'abs + 10 relu': ({ g, I }) => g.add(g.op('Abs', [I('x')]), g.scale(g.op('Relu', [I('x')]), 10)),
  reduce_sum: reduction('ReduceSum'),
  reduce_mean: reduction('ReduceMean'),
  reduce_amax: reduction('ReduceMax'),
  reduce_amin: reduction('ReduceMin'),
  reduce_l2: reduction('ReduceL2'),
  logsumexp: reduction('ReduceLogSumExp'),
  var: variance,
  softmax: alongAxis('Softmax'),
  log_softmax: alongAxis('LogSoftmax'),
  cumsum: ({ g, config, I }) => g.op('CumSum', [I('x'), g.scalar(numberIn(config, 'axis', 0), 'int64')]),
};
