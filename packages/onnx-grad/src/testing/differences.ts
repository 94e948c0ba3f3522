// Compares a VJP with central differences. ONNX Runtime's CPU computes in float64 for many operators but not for all
// (Conv is float32 only), so inputs are small integers and steps are large where the caller says that the function is
// polynomial; otherwise the step is chosen for float32.

import { vjp } from '../grad.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Tensors } from './run.ts';
import { load } from './run.ts';

/** How a gradient compares with differences: the worst over all probed elements. */
export interface Difference {
  /** |gradient - difference| over the largest |difference| of that input. */
  readonly worst: number;
  /** Where it is. */
  readonly where: string;
}

/**
 * Worst disagreement of the VJP of every float output by `wrt` with central differences along coordinates
 * (`probes` of them for each input, spread evenly).
 */
export async function compareWithDifferences(
  graph: Graph,
  wrt: readonly string[],
  inputs: Tensors,
  { step = 1e-2, probes = 12, random = Math.random }: { step?: number; probes?: number; random?: () => number } = {},
): Promise<Difference> {
  const outputs = graph.outputs.filter(({ value }) => value.dtype === 'float32').map(({ name }) => name);
  const cotangents: Tensors = {};
  for (const { name, value } of graph.outputs)
    cotangents[name] = Float32Array.from({ length: sizeOf(value.shape) }, () => Math.round(random() * 8 - 4) || 1);
  const backward = await load(vjp(graph, { outputs, wrt }));
  const forward = await load(graph);
  const feeds = { ...inputs };
  for (const name of outputs) feeds[`cotangent.${name}`] = cotangents[name]!;
  const gradients = await backward.run(feeds);
  const score = async (changed: Tensors): Promise<number> => {
    const results = await forward.run(changed);
    let sum = 0;
    for (const name of outputs) {
      const [y, c] = [results[name] as Float32Array, cotangents[name] as Float32Array];
      for (let i = 0; i < y.length; i++) sum += y[i]! * c[i]!;
    }
    return sum;
  };
  let worst = 0;
  let where = '';
  for (const name of wrt) {
    const x = inputs[name] as Float32Array;
    const gradient = gradients[`grad.${name}`] as Float32Array;
    const found: { at: number; difference: number }[] = [];
    for (let at = 0; at < x.length; at += Math.max(1, Math.floor(x.length / probes))) {
      const moved = async (by: number): Promise<number> => {
        const copy = Float32Array.from(x);
        copy[at] = x[at]! + by;
        return score({ ...inputs, [name]: copy });
      };
      found.push({ at, difference: ((await moved(step)) - (await moved(-step))) / (2 * step) });
    }
    const scale = Math.max(1e-3, ...found.map(({ difference }) => Math.abs(difference)));
    for (const { at, difference } of found) {
      const error = Math.abs(gradient[at]! - difference) / scale;
      if (!(error <= worst)) {
        worst = error;
        where = `${name}[${at}]: gradient ${gradient[at]}, difference ${difference}`;
      }
    }
  }
  await Promise.all([backward.release(), forward.release()]);
  return { worst, where };
}
