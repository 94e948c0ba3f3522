// A graph in float64, to compare gradients with differences where the runtime has float64 kernels.
import { GraphBuilder } from '../graph/builder.ts';
import type { DType, TypedArray } from '../graph/dtype.ts';
import { ONNX_DATA_TYPE } from '../graph/dtype.ts';
import type { Graph, TensorSource, Value } from '../graph/graph.ts';
import { isInline } from '../graph/graph.ts';

const wide = (dtype: DType): DType => (dtype === 'float32' ? 'float64' : dtype);

/** float32 data as float64; any other as it is. */
export const widenData = (data: TypedArray): TypedArray =>
  data instanceof Float32Array ? Float64Array.from(data) : data;

const widenSource = (source: TensorSource): TensorSource =>
  isInline(source) ? { ...source, dtype: wide(source.dtype), data: widenData(source.data) } : source;

/** The same graph with float64 wherever there was float32. */
export function widen(graph: Graph): Graph {
  const g = new GraphBuilder(graph.name);
  const made = new Map<Value, Value>();
  for (const input of graph.inputs) made.set(input, g.input(input.name, wide(input.dtype), input.shape));
  for (const [value, source] of graph.initializers) {
    const widened = widenSource(source);
    made.set(value, isInline(widened) ? g.constant(widened) : g.initializer(value.name, widened));
  }
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => input && made.get(input));
    const op = node.domain ? `${node.domain}::${node.op}` : node.op;
    const toFloat = node.op === 'Cast' && node.attributes.to === ONNX_DATA_TYPE.float32;
    const attributes = toFloat ? { ...node.attributes, to: ONNX_DATA_TYPE.float64 } : node.attributes;
    const outputs = g.ops(op, inputs, attributes, node.outputs.length);
    for (const [i, output] of node.outputs.entries()) made.set(output, outputs[i]!);
  }
  for (const { name, value } of graph.outputs) g.output(name, made.get(value)!);
  return g.build();
}
