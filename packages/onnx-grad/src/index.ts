// onnx-grad: differentiates ONNX graphs into ONNX graphs. Build or read a Graph, ask for its gradient (`grad`) or a
// vector-Jacobian product (`vjp`), write the result, and run it on any ONNX runtime.

export { GraphBuilder } from './builder.ts';
export type { Gradient, GradOptions, VjpOptions } from './grad.ts';
export { grad, vjp } from './grad.ts';
export type { DType, TypedArray } from './graph/dtype.ts';
export { BYTES_PER_ELEMENT, bfloat16ToFloat, halfToFloat } from './graph/dtype.ts';
export type { GraphErrorCode } from './graph/error.ts';
export { GraphError } from './graph/error.ts';
export type {
  Attributes,
  AttributeValue,
  Graph,
  Node,
  Output,
  TensorData,
  TensorFile,
  TensorSource,
  Value,
} from './graph/graph.ts';
export { isInline } from './graph/graph.ts';
export type { Shape } from './graph/shape.ts';
export { sizeOf } from './graph/shape.ts';
export type { ImportOptions } from './import/import.ts';
export { importOnnx } from './import/import.ts';
export type { ModelInput } from './import/inputs.ts';
export { onnxInputs } from './import/inputs.ts';
export type { CrossEntropyOptions, WriteLoss } from './losses.ts';
export { addLoss, crossEntropy, meanSquaredError } from './losses.ts';
export { lower } from './lower/lower.ts';
export type { ReadOptions } from './onnx/read.ts';
export { readOnnx } from './onnx/read.ts';
export type { ExternalFiles } from './onnx/tensor.ts';
export type { WriteOptions } from './onnx/write.ts';
export { writeOnnx } from './onnx/write.ts';
export type { MatrixResizeOptions } from './ops/resize.ts';
export { resizeAsMatrixProducts } from './ops/resize.ts';
export { roundStraightThrough, stopGradient } from './ops/rounding.ts';
export { graphFlops } from './plan/cost.ts';
export type { MemoryPlan, PlanOptions } from './plan/plan.ts';
export { leastMemory, planMemory } from './plan/plan.ts';
