// Runs a graph on ONNX Runtime's CPU, for the tests of this package only: nothing here is exported.
import * as ort from 'onnxruntime-node';
import type { TypedArray } from '../graph/dtype.ts';
import type { Graph } from '../graph/graph.ts';
import { writeOnnx } from '../onnx/write.ts';

/** Inputs or outputs by name. */
export type Tensors = Record<string, TypedArray>;

/** A loaded graph. */
export interface Runner {
  run(inputs: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

/** Loads a graph on the CPU, without ONNX Runtime's own rewriting, so that what is tested is what was written. */
export async function load(graph: Graph): Promise<Runner> {
  const session = await ort.InferenceSession.create(writeOnnx(graph), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
  });
  return {
    async run(inputs) {
      const feeds: Record<string, ort.Tensor> = {};
      for (const { name, dtype, shape } of graph.inputs) {
        const data = inputs[name];
        if (!data) throw new Error(`no data for input ${name}`);
        feeds[name] = new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
      }
      const results = await session.run(feeds);
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data as TypedArray]));
    },
    release: () => session.release(),
  };
}

/** Runs a graph once. */
export async function runOnce(graph: Graph, inputs: Tensors): Promise<Tensors> {
  const runner = await load(graph);
  try {
    return await runner.run(inputs);
  } finally {
    await runner.release();
  }
}
