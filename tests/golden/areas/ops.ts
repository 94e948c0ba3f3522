// Single operators with their gradients: the graphs that onnx-grad's own tests use, on the product's runtime.
import type { Tensors } from 'photoguard/runtime';
import type { OpsConfig } from '../../../packages/onnx-grad/src/testing/golden/context.ts';
import { goldenOpsGraph, knowsOp, type Operand, onKink } from '../../../packages/onnx-grad/src/testing/golden/ops.ts';
import type { GoldenTensor } from '../../support/golden-files.ts';
import type { GoldenArea } from '../area.ts';
import { compareTensors } from '../compare.ts';

// Bytes are booleans in this area.
function readOperand({ shape, data }: GoldenTensor): Operand {
  if (data instanceof Uint8Array) return { dtype: 'bool', shape, data };
  if (data instanceof Int32Array) return { dtype: 'int32', shape, data };
  return { dtype: data instanceof Float64Array ? 'float64' : 'float32', shape, data };
}

/** Area `ops`. */
export const ops: GoldenArea = {
  name: 'ops',
  async run(golden, { runtime }) {
    const config = golden.json.config as OpsConfig;
    if (!knowsOp(config)) return { skipped: `no graph for ${config.op}` };
    const operands = new Map<string, Operand>();
    for (const [name, tensor] of golden.tensors)
      if (name.startsWith('input.') && name !== 'input.cotangent') operands.set(name.slice(6), readOperand(tensor));
    const wrt = Object.keys(golden.json.gradients ?? {}).map((name) => name.slice(5));
    const { graph, names } = goldenOpsGraph(config, operands, wrt);
    const feeds: Tensors = Object.fromEntries([...operands].map(([name, { data }]) => [name, data]));
    const cotangent = golden.tensors.get('input.cotangent');
    if (cotangent) feeds['cotangent.y'] = Float32Array.from(cotangent.data);
    const program = await runtime.load(graph);
    const results = await program.run(feeds);
    await program.release();
    const ours = new Map<string, ArrayLike<number>>();
    for (const [name, output] of names) {
      const result = Float64Array.from(results[output] as Float32Array);
      const operand = name.startsWith('grad.') ? operands.get(name.slice(5)) : undefined;
      // Where no derivative exists, versions of PyTorch differ: the reference's value stands.
      for (let i = 0; operand && i < result.length; i++)
        if (onKink(config, operand, i)) result[i] = golden.tensors.get(name)!.data[i]!;
      ours.set(name, result);
    }
    return compareTensors(golden, ours);
  },
};
