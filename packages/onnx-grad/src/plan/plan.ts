// Predicts a gradient graph's memory before it runs, and makes it fit a budget: values kept for the backward pass are
// dropped and recomputed, first those that free the most memory for the least work. Everything stays one graph, since
// each further program would have its own copy of the weights (docs/decisions/0007).
import { GraphError } from '../graph/error.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { findProducers } from '../graph/graph.ts';
import { expandOwnOperators } from '../lower/expand.ts';
import { estimateWork } from './cost.ts';
import { countBytes, largestConvolved, peakBytes, weightBytes } from './liveness.ts';
import { recompute, splitPasses } from './recompute.ts';

/** Options of {@link planMemory}. */
export interface PlanOptions {
  /** Bytes that a program may take, weights and tensors. Default: no limit; only what rules recompute is recomputed. */
  readonly budget?: number;
  /** Share of all work that may be spent on using less memory, even if more would fit. Default: 0. */
  readonly spend?: number;
}

/** A graph and its memory. */
export interface MemoryPlan {
  /** The graph to run. */
  readonly graph: Graph;
  /** Peak bytes that the program is expected to take, including loading. */
  readonly bytes: number;
  /** Part of these: weights and values folded from them. */
  readonly weightBytes: number;
  /** Part of these: peak of the tensors. */
  readonly tensorBytes: number;
  /** Names of the values that are computed twice. */
  readonly recomputed: readonly string[];
  /** Work of the second computations as a share of all work. */
  readonly extraWork: number;
}

/** Kept values below this size are not worth dropping. */
const WORTH_BYTES = 2 ** 18;
/** While ONNX Runtime loads, folding and reordering hold several copies of the weights (measured). */
const LOADING_FACTOR = 2.03;
/** Weights once loaded: reordered for the convolution kernels (measured). */
const WEIGHTS_FACTOR = 1.1;
/** Extra memory of a run: fragmentation of the arena, as a share of the tensors (measured). */
const ARENA_FACTOR = 1.02;
/** Extra memory around convolutions, which use their own layout, in multiples of the largest (measured). */
const CONVOLUTION_BUFFERS = 4;

/**
 * A plan for a graph made by `grad` or `vjp`.
 * @throws GraphError `budget` if no recomputation makes the graph fit
 */
export function planMemory(
  graph: Graph,
  { budget = Number.POSITIVE_INFINITY, spend = 0 }: PlanOptions = {},
): MemoryPlan {
  let least: MemoryPlan | undefined;
  let found: MemoryPlan | undefined;
  for (const plan of plans(graph)) {
    if (found && plan.extraWork > spend) break;
    if (plan.bytes <= budget && (!found || plan.bytes < found.bytes)) found = plan;
    if (found && spend === 0) break;
    if (!least || plan.bytes < least.bytes) least = plan;
  }
  if (found) return found;
  throw new GraphError(
    'budget',
    `${graph.name} needs at least ${megabytes(least!.bytes)}; the budget is ${megabytes(budget)}`,
    { bytes: least!.bytes },
  );
}

/** The plan of least memory. */
export function leastMemory(graph: Graph): MemoryPlan {
  let best: MemoryPlan | undefined;
  for (const plan of plans(graph)) if (!best || plan.bytes < best.bytes) best = plan;
  return best!;
}

/** Share of the tensors that is dropped before a plan is computed again, which takes a while for large graphs. */
const ROUND = 0.03;

// Plans with less and less memory: each drops more values than the one before.
function* plans(graph: Graph): Generator<MemoryPlan> {
  const dropped = new Set<Value>();
  const first = stated(graph, graph, dropped);
  yield first;
  const round = ROUND * first.tensorBytes;
  for (let more = nextToDrop(graph, dropped, round); more.length > 0; more = nextToDrop(graph, dropped, round)) {
    for (const value of more) dropped.add(value);
    yield stated(graph, recompute(graph, dropped), dropped);
  }
}

function stated(original: Graph, graph: Graph, dropped: ReadonlySet<Value>): MemoryPlan {
  const expanded = expandOwnOperators(graph);
  const weights = weightBytes(expanded);
  const tensors = peakBytes(expanded);
  const buffers = CONVOLUTION_BUFFERS * largestConvolved(expanded);
  const work = (g: Graph): number => g.nodes.reduce((sum, node) => sum + estimateWork(node), 0);
  return {
    graph,
    bytes: Math.max(weights * LOADING_FACTOR, weights * WEIGHTS_FACTOR + tensors * ARENA_FACTOR + buffers),
    weightBytes: weights,
    tensorBytes: tensors,
    recomputed: [...dropped].map(({ name }) => name),
    extraWork: work(graph) / work(original) - 1,
  };
}

// Some of the kept values with the most bytes for the least work: up to `bytes` together, at least one. Neighbours of
// dropped values cost more, because their inputs have to be recomputed too, so the values that stay end up spread over
// the graph.
function nextToDrop(graph: Graph, dropped: ReadonlySet<Value>, bytes: number): Value[] {
  const producers = findProducers(graph);
  const stays = splitPasses(graph).kept.filter((value) => !dropped.has(value));
  const set = new Set(stays);
  // Recomputing a dropped neighbour that starts from this value will start further back.
  const burden = new Map<Value, number>();
  for (const other of dropped)
    for (const input of measureRemaking(other, set, producers).starts) burden.set(input, (burden.get(input) ?? 0) + 1);
  const candidates = stays
    .filter((value) => countBytes(value) >= WORTH_BYTES)
    .map((value) => {
      const { work, starts } = measureRemaking(value, set, producers);
      return { value, starts, gain: countBytes(value) / (work * (1 + (burden.get(value) ?? 0))) };
    })
    .sort((one, other) => other.gain - one.gain);
  const chosen: Value[] = [];
  const touched = new Set<Value>();
  let sum = 0;
  for (const { value, starts } of candidates) {
    if (sum >= bytes) break;
    if (touched.has(value) || [...starts].some((start) => chosen.includes(start))) continue;
    chosen.push(value);
    for (const start of starts) touched.add(start);
    sum += countBytes(value);
  }
  return chosen;
}

// The work of recomputing a value, and the kept values that this starts from.
function measureRemaking(value: Value, stays: ReadonlySet<Value>, producers: ReadonlyMap<Value, Node>) {
  const starts = new Set<Value>();
  const seen = new Set<Node>();
  let work = 0;
  const visit = (node: Node | undefined): void => {
    if (!node || seen.has(node)) return;
    seen.add(node);
    work += estimateWork(node);
    for (const input of node.inputs)
      if (input && stays.has(input)) starts.add(input);
      else if (input) visit(producers.get(input));
  };
  visit(producers.get(value));
  return { work, starts };
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
