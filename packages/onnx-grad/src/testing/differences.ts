// Compares a VJP with central differences: in float64 where ONNX Runtime's CPU has a float64 kernel for every operator
// of the graph and of its gradient, else in float32. Where the function is at most quadratic over small integers, the
// caller asks for a step of 1, and the differences are exact in float32.
import { vjp } from '../grad.ts';
import type { TypedArray } from '../graph/dtype.ts';
import { isFloat } from '../graph/dtype.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Runner, Tensors } from './run.ts';
import { load } from './run.ts';
import { widen, widenData } from './widen.ts';

/** How a gradient compares with differences: the worst over all probed elements. */
export interface Difference {
  /** |gradient - difference| over the largest |difference| of that input (0.01 at least). */
  readonly worst: number;
  /** Where it is. */
  readonly where: string;
  /** What was computed in. */
  readonly precision: 'float32' | 'float64';
}

/** How to compare. */
export interface DifferenceOptions {
  /** Step of the differences. Default: 2e-5 in float64, 1e-2 in float32. */
  readonly step?: number;
  /** Elements to probe of each input, spread evenly. */
  readonly probes?: number;
  /** Draws the cotangents. */
  readonly random?: () => number;
  /** Try float64 first. Default: where no step is given. */
  readonly wide?: boolean;
}

type Floats = Float32Array | Float64Array;

interface Pair {
  readonly graph: Graph;
  readonly forward: Runner;
  readonly backward: Runner;
}

async function loadPair(graph: Graph, outputs: readonly string[], wrt: readonly string[]): Promise<Pair> {
  const forward = await load(graph);
  try {
    return { graph, forward, backward: await load(vjp(graph, { outputs, wrt })) };
  } catch (error) {
    await forward.release();
    throw error;
  }
}

// A missing float64 kernel is an error when the session is made; any other error is one of ours.
const withoutKernel =
  <T>(fallback: () => T) =>
  (error: unknown): T => {
    if (error instanceof Error && error.message.includes('Could not find an implementation')) return fallback();
    throw error;
  };

/** Worst disagreement of the VJP of every float output by `wrt` with central differences along coordinates. */
export async function compareWithDifferences(
  source: Graph,
  wrt: readonly string[],
  given: Tensors,
  options: DifferenceOptions = {},
): Promise<Difference> {
  const { probes = 12, random = Math.random } = options;
  const outputs = source.outputs.filter(({ value }) => isFloat(value.dtype)).map(({ name }) => name);
  const narrow = (): Promise<Pair> => loadPair(source, outputs, wrt);
  const tryWide = options.wide ?? options.step === undefined;
  const { graph, forward, backward } = await (tryWide
    ? loadPair(widen(source), outputs, wrt).catch(withoutKernel(narrow))
    : narrow());
  const precision = graph === source ? 'float32' : 'float64';
  const convert = (data: TypedArray): TypedArray => (precision === 'float64' ? widenData(data) : data);
  const step = options.step ?? (precision === 'float64' ? 2e-5 : 1e-2);
  const inputs = Object.fromEntries(Object.entries(given).map(([name, data]) => [name, convert(data)]));
  const cotangents: Tensors = {};
  for (const { name, value } of graph.outputs)
    cotangents[name] = convert(
      Float32Array.from({ length: sizeOf(value.shape) }, () => Math.round(random() * 8 - 4) || 1),
    );
  const feeds = { ...inputs };
  for (const name of outputs) feeds[`cotangent.${name}`] = cotangents[name]!;
  const gradients = await backward.run(feeds);
  const score = async (changed: Tensors): Promise<number> => {
    const results = await forward.run(changed);
    let sum = 0;
    for (const name of outputs) {
      const [y, c] = [results[name] as Floats, cotangents[name] as Floats];
      for (let i = 0; i < y.length; i++) sum += y[i]! * c[i]!;
    }
    return sum;
  };
  let worst = 0;
  let where = '';
  for (const name of wrt) {
    const x = inputs[name] as Floats;
    const gradient = gradients[`grad.${name}`] as Floats;
    const found: { at: number; difference: number }[] = [];
    for (let at = 0; at < x.length; at += Math.max(1, Math.floor(x.length / probes))) {
      const moved = async (by: number): Promise<number> => {
        const copy = x.slice();
        copy[at] = x[at]! + by;
        return score({ ...inputs, [name]: copy });
      };
      found.push({ at, difference: ((await moved(step)) - (await moved(-step))) / (2 * step) });
    }
    const scale = Math.max(1e-2, ...found.map(({ difference }) => Math.abs(difference)));
    for (const { at, difference } of found) {
      const error = Math.abs(gradient[at]! - difference) / scale;
      if (!(error <= worst)) {
        worst = error;
        where = `${name}[${at}]: gradient ${gradient[at]}, difference ${difference} in ${precision}`;
      }
    }
  }
  await Promise.all([backward.release(), forward.release()]);
  return { worst, where, precision };
}
