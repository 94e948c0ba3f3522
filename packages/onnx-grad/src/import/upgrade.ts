// Upgrades older forms of operators to opset 21: attributes that are now inputs, and the other way round; changed
// defaults; renamed operators. Each rule names the version that made the change.

import { fromNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { TensorData, Value } from '../graph/graph.ts';
import { normalizeAxis, sizeOf } from '../graph/shape.ts';
import { readNumber, readNumbers, readString } from '../ops/attributes.ts';
import type { Emitter } from './emitter.ts';
import { where } from './masked-softmax.ts';
import type { ForeignNode, Rewrite } from './node.ts';
import { like, requireInput, without } from './node.ts';

// The attribute `name` (a list of whole numbers) becomes input `at`.
const listToInput =
  (name: string, at: number, since: number): Rewrite =>
  (node, e) => {
    const { op, inputs, attributes, outputs, version } = node;
    if (version >= since || !(name in attributes)) return e.ops(op, inputs, attributes, outputs, node.name);
    const all = Array.from({ length: at }, (_, k) => inputs[k]);
    return e.ops(
      op,
      [...all, e.g.ints(readNumbers(attributes, name, []))],
      without(attributes, name),
      outputs,
      node.name,
    );
  };

const slice: Rewrite = (node, e) => {
  const { inputs, attributes, version } = node;
  if (version >= 10) return [e.op('Slice', inputs, attributes, node.name)];
  const starts = readNumbers(attributes, 'starts', []);
  const axes = readNumbers(
    attributes,
    'axes',
    starts.map((_, i) => i),
  );
  const lists = [starts, readNumbers(attributes, 'ends', []), axes].map((list) => e.g.ints(list.map(clampToSafe)));
  return [e.op('Slice', [requireInput(node, 0), ...lists], {}, node.name)];
};

const clampToSafe = (n: number): number => Math.min(Math.max(n, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);

// Known values are split immediately, since shapes may be built from parts.
const split: Rewrite = (node, e) => {
  const x = requireInput(node, 0);
  const upgraded = listToInput('split', 1, 13);
  if (!e.findConstant(x)) return upgraded({ ...node, attributes: evenly(node) }, e);
  const axis = normalizeAxis(readNumber(node.attributes, 'axis', 0), x.shape.length);
  const each = Math.ceil(x.shape[axis]! / readNumber(node.attributes, 'num_outputs', node.outputs));
  const given = node.inputs[1] ? e.numbers(node.inputs[1]) : node.attributes.split;
  const sizes = Array.isArray(given) ? (given as number[]) : new Array<number>(node.outputs).fill(each);
  let from = 0;
  return sizes.map((size) => {
    const bounds = [e.g.ints([from]), e.g.ints([(from += size)]), e.g.ints([axis])];
    return e.op('Slice', [x, ...bounds]);
  });
};

// Before opset 18 the number of parts was the number of outputs; runtimes of opset 21 need it as an attribute.
const evenly = ({ inputs, attributes, outputs }: ForeignNode): ForeignNode['attributes'] =>
  inputs[1] || 'split' in attributes || 'num_outputs' in attributes
    ? attributes
    : { ...attributes, num_outputs: outputs };

const clip: Rewrite = (node, e) => {
  const x = requireInput(node, 0);
  const bound = (k: number, name: string): Value | undefined =>
    name in node.attributes ? like(e, readNumber(node.attributes, name, 0), x) : node.inputs[k];
  const bounds = [bound(1, 'min'), bound(2, 'max')];
  return [
    e.op('Clip', [x, ...(bounds[1] ? bounds : bounds.slice(0, 1))], without(node.attributes, 'min', 'max'), node.name),
  ];
};

const pad: Rewrite = (node, e) => {
  const { attributes, version } = node;
  const x = requireInput(node, 0);
  if (version >= 11) return [e.op('Pad', node.inputs, attributes, node.name)];
  const value = readNumber(attributes, 'value', 0);
  const inputs = [x, e.g.ints(readNumbers(attributes, 'pads', [])), ...(value === 0 ? [] : [like(e, value, x)])];
  return [e.op('Pad', inputs, without(attributes, 'pads', 'value'), node.name)];
};

// Before opset 13 softmax flattened its input to a matrix at `axis` (default 1).
const softmax: Rewrite = (node, e) => {
  const x = requireInput(node, 0);
  if (node.version >= 13) return [e.op(node.op, [x], node.attributes, node.name)];
  const rank = x.shape.length;
  const axis = normalizeAxis(readNumber(node.attributes, 'axis', 1), rank);
  if (axis === rank - 1) return [e.op(node.op, [x], { axis }, node.name)];
  const flat = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))];
  return [e.g.reshape(e.op(node.op, [e.g.reshape(x, flat)], { axis: 1 }), x.shape)];
};

const batchNormalization: Rewrite = (node, e) => {
  const { inputs, attributes, outputs } = node;
  if (readNumber(attributes, 'training_mode', 0) !== 0 || outputs > 1 || readNumber(attributes, 'spatial', 1) !== 1)
    throw new GraphError('attribute', 'it is in training mode: export the model in inference mode (model.eval())');
  const epsilon = readNumber(attributes, 'epsilon', 1e-5);
  return [e.op('BatchNormalization', inputs, { epsilon }, node.name)];
};

// Opset 18 had one scale and bias per group; 21 has one per channel.
const groupNormalization: Rewrite = (node, e) => {
  const [x, scale, bias] = [requireInput(node, 0), requireInput(node, 1), requireInput(node, 2)];
  const groups = readNumber(node.attributes, 'num_groups', 1);
  const channels = x.shape[1] ?? 1;
  const perChannel = (value: Value): Value => {
    if (node.version >= 21 || sizeOf(value.shape) !== groups) return value;
    const spread = e.g.expand(e.g.reshape(value, [groups, 1]), [groups, channels / groups]);
    return e.g.reshape(spread, [channels]);
  };
  return [e.op(node.op, [x, perChannel(scale), perChannel(bias)], node.attributes, node.name)];
};

// Upsample (7, 9) and Resize 10 take scales with asymmetric coordinates; Resize 11 has roi, scales and sizes, where an
// empty tensor means that one is missing.
const resize: Rewrite = (node, e) => {
  const { op, inputs, attributes, version } = node;
  const x = requireInput(node, 0);
  if (op === 'Upsample' || version < 11) {
    const scales = 'scales' in attributes ? readNumbers(attributes, 'scales', []) : e.numbers(requireInput(node, 1));
    const mode = readString(attributes, 'mode', 'nearest');
    const settings = {
      mode,
      coordinate_transformation_mode: 'asymmetric',
      ...(mode === 'nearest' && { nearest_mode: 'floor' }),
    };
    return [e.op('Resize', [x, undefined, e.g.constant(floats(scales))], settings, node.name)];
  }
  const given = (k: number): Value | undefined =>
    inputs[k] && sizeOf(inputs[k].shape) > 0 ? e.stored(inputs[k]) : undefined;
  const [roi, scales, sizes] = [given(1), given(2), given(3)];
  if (!scales && !sizes) throw new GraphError('shape', 'neither scales nor sizes are known');
  const crop = attributes.coordinate_transformation_mode === 'tf_crop_and_resize' ? roi : undefined;
  return [e.op('Resize', sizes ? [x, crop, undefined, sizes] : [x, crop, scales], attributes, node.name)];
};

// Until opset 20 the modes were named after two dimensions.
const gridSample: Rewrite = (node, e) => {
  const mode = readString(node.attributes, 'mode', 'linear');
  const renamed = { bilinear: 'linear', bicubic: 'cubic' }[mode] ?? mode;
  return [e.op(node.op, node.inputs, { ...node.attributes, mode: renamed }, node.name)];
};

// Until opset 20 the axis was an attribute with default 1.
const dft: Rewrite = (node, e) => {
  if (node.version >= 20) return asItIs(node, e);
  const axis = e.g.scalar(readNumber(node.attributes, 'axis', 1), 'int64');
  return [e.op(node.op, [requireInput(node, 0), node.inputs[1], axis], without(node.attributes, 'axis'), node.name)];
};

// Until opset 10 the number of elements was an attribute.
const topK: Rewrite = (node, e) => {
  const { op, inputs, attributes, outputs, version } = node;
  if (version >= 10) return asItIs(node, e);
  const k = e.g.ints([readNumber(attributes, 'k', 1)]);
  return e.ops(op, [inputs[0], k], without(attributes, 'k'), outputs, node.name);
};

const floats = (numbers: readonly number[]): TensorData => ({
  dtype: 'float32',
  shape: [numbers.length],
  data: fromNumbers('float32', numbers),
});

const REDUCTIONS = ['Max', 'Min', 'Mean', 'Prod', 'L1', 'L2', 'LogSum', 'LogSumExp', 'SumSquare'] as const;

/** Rules by operator for the standard domain; a node without one is not changed. */
export const UPGRADES: Readonly<Record<string, Rewrite | undefined>> = Object.freeze({
  Squeeze: listToInput('axes', 1, 13),
  Unsqueeze: listToInput('axes', 1, 13),
  ReduceSum: listToInput('axes', 1, 13),
  ...Object.fromEntries(REDUCTIONS.map((name) => [`Reduce${name}`, listToInput('axes', 1, 18)])),
  Split: split,
  Slice: slice,
  Clip: clip,
  Pad: pad,
  Softmax: softmax,
  LogSoftmax: softmax,
  BatchNormalization: batchNormalization,
  GroupNormalization: groupNormalization,
  Resize: resize,
  Upsample: resize,
  DFT: dft,
  GridSample: gridSample,
  TopK: topK,
  Where: where,
});

/** Attributes without effect here: any value (undefined), or only the given one. */
export const IGNORED: Readonly<Record<string, Readonly<Record<string, number | string | undefined>>>> = Object.freeze({
  AveragePool: { storage_order: 0 },
  Cast: { saturate: undefined, round_mode: undefined },
  CastLike: { saturate: undefined, round_mode: undefined },
  GroupNormalization: { stash_type: undefined },
  LayerNormalization: { stash_type: undefined },
  MaxPool: { storage_order: 0 },
  Resize: { exclude_outside: 0, extrapolation_value: undefined, keep_aspect_ratio_policy: 'stretch', antialias: 0 },
  Reshape: { allowzero: 0 },
  ScatterElements: { reduction: 'none' },
  ScatterND: { reduction: 'none' },
});

/** Attributes of a node without those that its operator ignores or that have the default value. */
export function relevantAttributes(
  node: ForeignNode,
  known: Readonly<Record<string, unknown>>,
): ForeignNode['attributes'] {
  const ignored = IGNORED[node.op] ?? {};
  const drop = Object.keys(node.attributes).filter(
    (name) =>
      !Object.hasOwn(known, name) &&
      Object.hasOwn(ignored, name) &&
      (ignored[name] ?? node.attributes[name]) === node.attributes[name],
  );
  return without(node.attributes, ...drop);
}

/** A rule for a node as it is. */
export const asItIs: Rewrite = (node: ForeignNode, e: Emitter) =>
  e.ops(node.op, node.inputs, node.attributes, node.outputs, node.name);
