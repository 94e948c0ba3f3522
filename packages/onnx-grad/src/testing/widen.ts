// A graph in float64, to compare gradients with differences where the runtime has float64 kernels.
import { GraphBuilder } from '../builder.ts';
import type { DType, TypedArray } from '../graph/dtype.ts';
import { ONNX_DATA_TYPE } from '../graph/dtype.ts';
import type { Graph, TensorSource } from '../graph/graph.ts';
import { isInline, qualifiedName } from '../graph/graph.ts';
import { mapGraph } from '../graph/map.ts';

const wide = (dtype: DType): DType => (dtype === 'float32' ? 'float64' : dtype);

/** float32 data as float64; any other as it is. */
export const widenData = (data: TypedArray): TypedArray =>
  data instanceof Float32Array ? Float64Array.from(data) : data;

const widenSource = (source: TensorSource): TensorSource =>
  isInline(source) ? { ...source, dtype: wide(source.dtype), data: widenData(source.data) } : source;

/** The same graph with float64 wherever there was float32. */
export const widen = (graph: Graph): Graph =>
  mapGraph(
    graph,
    new GraphBuilder(graph.name),
    ({ g, node, inputs }) => {
      const toFloat = node.op === 'Cast' && node.attributes.to === ONNX_DATA_TYPE.float32;
      const attributes = toFloat ? { ...node.attributes, to: ONNX_DATA_TYPE.float64 } : node.attributes;
      return g.ops(qualifiedName(node), inputs, attributes, node.outputs.length);
    },
    { input: ({ dtype, shape }) => ({ dtype: wide(dtype), shape }), source: widenSource },
  );
