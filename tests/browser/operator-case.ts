/*
 * Runs one of onnx-grad's gradient cases on any runtime: its graph and its vector-Jacobian product, with the same data
 * everywhere. Nothing here may import a module of Node.
 */
import type { Graph, TypedArray } from 'onnx-grad';
import { sizeOf, vjp } from 'onnx-grad';
import type { Runtime } from 'photoguard/runtime';
import { seededRandom } from '../../packages/onnx-grad/src/testing/case.ts';
import { GRADIENT_CASES } from '../../packages/onnx-grad/src/testing/cases.ts';

/** How many cases there are. */
export const CASE_COUNT = GRADIENT_CASES.length;

/** Draws of each case: their shapes and attributes differ. */
const SEEDS = [1, 7920];

/** What came of one graph. */
export interface CaseResult {
  readonly name: string;
  /** Every operator ran on the device itself. */
  readonly strict: boolean;
  readonly outputs: Record<string, number[]>;
}

/**
 * Runs case number `i`; where `strict` refuses a graph, `loose` runs it. One session gives outputs and gradient. A graph that is
 * not the same in it is run alone, too: one that differentiation takes apart, or that has several operators to fuse.
 */
export async function runCase(i: number, strict: Runtime, loose: Runtime = strict): Promise<CaseResult[]> {
  const { name, build } = GRADIENT_CASES[i]!;
  const results: CaseResult[] = [];
  for (const seed of SEEDS) {
    const { graph, inputs, wrt } = build(seededRandom(seed));
    const outputs = graph.outputs.filter(({ value }) => value.dtype === 'float32').map((output) => output.name);
    const keep = graph.outputs.map((output) => output.name);
    const backward = vjp(graph, { outputs, wrt, keep });
    const isTheSame = graph.nodes.length === 1 && backward.nodes.some(({ op }) => op === graph.nodes[0]!.op);
    for (const which of isTheSame ? [backward] : [graph, backward]) {
      const kind = which === graph ? 'forward' : 'gradient';
      const result = await runOn(which, withCotangents(which, inputs, seed), strict, loose);
      results.push({ name: `${name}, ${kind}, draw ${seed}`, ...result });
    }
  }
  return results;
}

function withCotangents(graph: Graph, inputs: Record<string, TypedArray>, seed: number): Record<string, TypedArray> {
  const random = seededRandom(seed + 99);
  const feeds = { ...inputs };
  for (const { name, shape } of graph.inputs)
    feeds[name] ??= Float32Array.from({ length: sizeOf(shape) }, () => 2 * random() - 1);
  return feeds;
}

async function runOn(graph: Graph, feeds: Record<string, TypedArray>, strict: Runtime, loose: Runtime) {
  let refused = false;
  const program = await strict.load(graph).catch((error: Error) => {
    if (strict === loose || !error.message.includes('CPU EP')) throw error;
    refused = true;
    return loose.load(graph);
  });
  try {
    const results = await program.run(feeds);
    const outputs = Object.entries(results).map(([name, data]) => [
      name,
      Array.from(data as ArrayLike<number | bigint>, Number),
    ]);
    return { strict: !refused, outputs: Object.fromEntries(outputs) as Record<string, number[]> };
  } finally {
    await program.release();
  }
}
