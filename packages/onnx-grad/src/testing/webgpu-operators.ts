// Which operators ONNX Runtime 1.30 runs on WebGPU: found by running one-node models with fall-back to the CPU
// forbidden. For documentation; what is lacking is for lower/ to rewrite.

/** Ran as they are. */
export const RUNS_ON_WEBGPU: ReadonlySet<string> = new Set([
  ...['Conv', 'ConvTranspose', 'InstanceNormalization', 'LayerNormalization', 'MatMul', 'Gemm', 'Softmax', 'Sigmoid'],
  ...['Erf', 'Gelu', 'Tanh', 'Exp', 'Log', 'Sqrt', 'Pow', 'Abs', 'Neg', 'Reciprocal', 'Relu', 'Add', 'Sub', 'Mul'],
  ...['Div', 'Max', 'Min', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal', 'Where', 'Clip', 'Resize'],
  ...['Pad', 'Slice', 'Concat', 'Split', 'Transpose', 'Reshape', 'ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin'],
  ...['ReduceL1', 'ReduceL2', 'ReduceSumSquare', 'ReduceLogSumExp', 'ReduceProd', 'Expand', 'Tile', 'Gather'],
  ...['GatherElements', 'ScatterElements', 'ScatterND', 'CumSum', 'AveragePool', 'Identity', 'Cast'],
]);

/** Did not run, and what stands in for them. */
export const LACKING_ON_WEBGPU: Readonly<Record<string, string>> = {
  Sign: 'no: Greater minus Less',
  GroupNormalization: 'no: primitives',
  Round: 'no',
  Mod: 'no',
  LogSoftmax: 'no: Log of Softmax',
  IsNaN: 'no',
};
