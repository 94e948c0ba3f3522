// Operators of exported models that this package rewrites in terms of others: activations, operators that only
// inference models have, and those that static shapes make constant.
import type { TypedArray } from '../graph/dtype.ts';
import { fromNumbers, ONNX_DATA_TYPE } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { AttributeValue, TensorData, Value } from '../graph/graph.ts';
import { normalizeAxis, sizeOf } from '../graph/shape.ts';
import { readNumber } from '../ops/attributes.ts';
import { attention } from './attention.ts';
import type { Emitter } from './emitter.ts';
import type { ForeignNode, Rewrite } from './node.ts';
import { like, requireInput } from './node.ts';

const same: Rewrite = (node) => [requireInput(node, 0)];

const constant: Rewrite = ({ attributes }, e) => {
  const [name, value] = Object.entries(attributes)[0] ?? [];
  const vector = (dtype: 'float32' | 'int64', numbers: readonly number[], shape: readonly number[]): Value =>
    e.constant({ dtype, shape, data: fromNumbers(dtype, numbers) });
  switch (name) {
    case 'value':
      return [e.constant(clamped(value as TensorData))];
    case 'value_float':
      return [vector('float32', [value as number], [])];
    case 'value_floats':
      return [vector('float32', value as number[], [(value as number[]).length])];
    case 'value_int':
      return [vector('int64', [value as number], [])];
    case 'value_ints':
      return [vector('int64', value as number[], [(value as number[]).length])];
    default:
      throw new GraphError('attribute', `a constant by ${name ?? 'nothing'} is not supported`);
  }
};

/** A tensor in which "to the end" (the limits of int64) becomes a whole number that JavaScript represents exactly. */
export function clamped(tensor: TensorData): TensorData {
  if (tensor.dtype !== 'int64') return tensor;
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const data: TypedArray = (tensor.data as BigInt64Array).map((n) => (n > most ? most : n < -most ? -most : n));
  return { ...tensor, data };
}

const shape: Rewrite = (node, e) => {
  const { shape: sizes } = requireInput(node, 0);
  const at = (name: string, fallback: number): number => {
    const given = readNumber(node.attributes, name, fallback);
    return Math.min(Math.max(given < 0 ? given + sizes.length : given, 0), sizes.length);
  };
  return [e.g.ints(sizes.slice(at('start', 0), at('end', sizes.length)))];
};

const size: Rewrite = (node, e) => [e.g.scalar(sizeOf(requireInput(node, 0).shape), 'int64')];

const constantOfShape: Rewrite = (node, e) => {
  const given = node.attributes.value as TensorData | undefined;
  const fill = given ? e.g.constant({ ...given, shape: [] }) : e.g.scalar(0);
  return [e.op('Expand', [fill, e.g.ints(e.numbers(requireInput(node, 0)))])];
};

const dropout: Rewrite = (node, e) => {
  const training = node.inputs[2] && e.findConstant(node.inputs[2]);
  if (node.inputs[2] && (!training || Number(training.data[0]) !== 0))
    throw new GraphError('attribute', 'it is in training mode: export the model in inference mode (model.eval())');
  const x = requireInput(node, 0);
  // Nothing is dropped: the mask is all ones, as in the runtime. Before opset 10 it had the input's dtype.
  const mask = (): Value => e.op('Expand', [node.version >= 10 ? kept(e) : like(e, 1, x), e.g.ints(x.shape)]);
  return node.outputs > 1 ? [x, mask()] : [x];
};

const kept = (e: Emitter): Value => e.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(1) });

const cast =
  (readDtype: (node: ForeignNode) => AttributeValue): Rewrite =>
  (node, e) => {
    const x = requireInput(node, 0);
    const to = readDtype(node);
    return [ONNX_DATA_TYPE[x.dtype] === to ? x : e.op('Cast', [x], { to }, node.name)];
  };

type Activation = (e: Emitter, x: Value, n: (value: number) => Value, node: ForeignNode) => Value;

const activation =
  (f: Activation): Rewrite =>
  (node, e) => {
    const x = requireInput(node, 0);
    return [f(e, x, (value) => like(e, value, x), node)];
  };

// alpha (e^(x / alpha) - 1) for x <= 0, else x. The exponent stays in the range where it is finite.
const celu: Activation = (e, x, n, node) => {
  const alpha = n(readAlpha(node, 1));
  const power = e.op('Exp', [e.op('Div', [e.op('Min', [x, n(0)]), alpha])]);
  const curve = e.op('Mul', [e.op('Sub', [power, n(1)]), alpha]);
  return e.op('Where', [e.op('Greater', [x, n(0)]), x, curve]);
};

const readAlpha = ({ attributes }: ForeignNode, fallback: number): number => readNumber(attributes, 'alpha', fallback);

// x / sqrt(mean(x^2) + epsilon) * scale over the axes from `axis` on.
const rmsNormalization: Rewrite = (node, e) => {
  const x = requireInput(node, 0);
  const from = normalizeAxis(readNumber(node.attributes, 'axis', -1), x.shape.length);
  const axes = x.shape.map((_, i) => i).slice(from);
  const mean = e.op('ReduceMean', [e.op('Mul', [x, x]), e.g.ints(axes)], { keepdims: 1 });
  const root = e.op('Sqrt', [e.op('Add', [mean, like(e, readNumber(node.attributes, 'epsilon', 1e-5), x)])]);
  return [e.op('Mul', [e.op('Div', [x, root]), requireInput(node, 1)], {}, node.name)];
};

const reduceLogSum: Rewrite = (node, e) => [
  e.op('Log', [e.op('ReduceSum', node.inputs, { keepdims: readNumber(node.attributes, 'keepdims', 1) })]),
];

/** Rules by operator for the standard domain. */
export const REWRITES: Readonly<Record<string, Rewrite | undefined>> = Object.freeze({
  Attention: attention,
  Cast: cast(({ attributes }) => attributes.to ?? 0),
  CastLike: cast((node) => ONNX_DATA_TYPE[requireInput(node, 1).dtype]),
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Dropout: dropout,
  Identity: same,
  Shape: shape,
  Size: size,
  Celu: activation(celu),
  Swish: activation((e, x, n, node) => {
    const alpha = readAlpha(node, 1);
    return e.op('Mul', [x, e.op('Sigmoid', [alpha === 1 ? x : e.op('Mul', [x, n(alpha)])])]);
  }),
  ReduceLogSum: reduceLogSum,
  RMSNormalization: rmsNormalization,
});
