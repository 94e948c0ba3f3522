// Reverse mode. The backward graph holds the forward nodes that are needed and, after them, each node's rule in
// reverse order; cotangents that meet at one value are added. Nodes off every path from `wrt` to the result are never
// touched, so unused paths cost nothing. An operator that is decomposed is written in its parts first (decompose.ts).
import { GraphBuilder } from './builder.ts';
import { constantNumbers } from './graph/constant.ts';
import { isFloat } from './graph/dtype.ts';
import { GraphError } from './graph/error.ts';
import type { Graph, Node, Value } from './graph/graph.ts';
import { findAncestors } from './graph/graph.ts';
import { sameShape, sizeOf } from './graph/shape.ts';
import { decomposed } from './lower/decompose.ts';
import { findOperator } from './ops/infer.ts';
import type { Keeps, VjpContext } from './ops/operator.ts';

/** A differentiated graph, and what was added to it. */
export interface Gradient extends Graph {
  /** For each name in `wrt`, the output with the gradient: `grad.<name>`, unless that name was taken. */
  readonly gradients: ReadonlyMap<string, string>;
  /** For each output that {@link vjp} pulls back, the input for its cotangent: `cotangent.<output>`. */
  readonly cotangents: ReadonlyMap<string, string>;
  /** The nodes of the backward pass; the others are the forward pass. */
  readonly backward: ReadonlySet<Node>;
}

/** Options of {@link grad}. */
export interface GradOptions {
  /** Name of the output to differentiate: one element. */
  readonly loss: string;
  /** Names of inputs or initializers (weights) to differentiate by. */
  readonly wrt: readonly string[];
  /** Names of other outputs of the graph to keep in addition to the loss. Default: none. */
  readonly keep?: readonly string[];
}

/** Options of {@link vjp}. */
export interface VjpOptions {
  /** Names of the outputs whose cotangents are given; each becomes an input `cotangent.<name>`. */
  readonly outputs: readonly string[];
  /** Names of inputs or initializers (weights) to differentiate by. */
  readonly wrt: readonly string[];
  /** Names of outputs of the graph to keep. Default: none. */
  readonly keep?: readonly string[];
}

/**
 * The gradient of a scalar output: a graph with the same inputs and the outputs `<loss>`, those of `keep`, and
 * `grad.<name>` for each name of `wrt`, of that value's shape. In a graph that already has such an output (a gradient
 * that is differentiated again and kept) a number is appended; {@link Gradient.gradients} has the actual names.
 * @throws GraphError for an unknown name, a loss with more than one element, or an operator without a rule
 */
export function grad(source: Graph, options: GradOptions): Gradient {
  const graph = decomposed(source, options.wrt);
  const loss = outputNamed(graph, options.loss);
  if (sizeOf(loss.shape) !== 1)
    throw new GraphError('shape', `the loss ${options.loss} must have one element; its shape is [${loss.shape}]`);
  const builder = GraphBuilder.from(cutForward(graph, [options.loss, ...(options.keep ?? [])]));
  builder.output(options.loss, loss);
  for (const name of options.keep ?? []) builder.output(name, outputNamed(graph, name));
  const seed = builder.expand(builder.scalar(1, loss.dtype), loss.shape);
  return pullBack(builder, graph, { seeds: new Map([[loss, seed]]), cotangents: new Map() }, options.wrt);
}

/**
 * The vector-Jacobian product: a graph with the same inputs and `cotangent.<output>` for each of `outputs`, and the
 * outputs of `keep` and `grad.<name>` for each name of `wrt`. A number is appended if such a name is taken, see {@link
 * Gradient}.
 * @throws GraphError for an unknown name or an operator without a rule
 */
export function vjp(source: Graph, options: VjpOptions): Gradient {
  const graph = decomposed(source, options.wrt);
  const builder = GraphBuilder.from(cutForward(graph, [...options.outputs, ...(options.keep ?? [])]));
  const seeds = new Map<Value, Value>();
  const cotangents = new Map<string, string>();
  for (const name of options.outputs) {
    const value = outputNamed(graph, name);
    const cotangent = builder.freshInput(`cotangent.${name}`, value.dtype, value.shape);
    cotangents.set(name, cotangent.name);
    const known = seeds.get(value);
    seeds.set(value, known ? builder.add(known, cotangent) : cotangent);
  }
  for (const name of options.keep ?? []) builder.output(name, outputNamed(graph, name));
  return pullBack(builder, graph, { seeds, cotangents }, options.wrt);
}

function outputNamed(graph: Graph, name: string): Value {
  const output = graph.outputs.find((o) => o.name === name);
  if (output) return output.value;
  throw new GraphError('name', `${graph.name} has no output ${name}; it has ${graph.outputs.map((o) => o.name)}`);
}

function cutForward(graph: Graph, outputs: readonly string[]): Graph {
  const kept = graph.outputs.filter((o) => outputs.includes(o.name));
  return {
    ...graph,
    nodes: findAncestors(
      graph,
      kept.map((o) => o.value),
    ),
  };
}

function wrtNamed(graph: Graph, name: string): Value {
  const value =
    graph.inputs.find((v) => v.name === name) ?? [...graph.initializers.keys()].find((v) => v.name === name);
  if (!value) throw new GraphError('name', `${graph.name} has no input or initializer ${name}`);
  if (!isFloat(value.dtype)) throw new GraphError('dtype', `${name} is ${value.dtype}: it has no gradient`);
  return value;
}

interface Start {
  /** The cotangent of each value that is pulled back. */
  readonly seeds: ReadonlyMap<Value, Value>;
  readonly cotangents: Gradient['cotangents'];
}

// Builds the gradient; the builder holds the forward pass, its results and the seeds.
function pullBack(
  builder: GraphBuilder,
  graph: Graph,
  { seeds, cotangents: inputs }: Start,
  wrt: readonly string[],
): Gradient {
  const forward = new Set(graph.nodes);
  const roots = wrt.map((name) => wrtNamed(graph, name));
  const nodes = findAncestors(graph, [...seeds.keys()]);
  const active = activeValues(nodes, roots);
  const cotangents = new Map(seeds);
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => cotangents.has(output))) continue;
    if (!node.inputs.some((input) => input && active.has(input))) continue;
    const gradients = applyRule(builder, node, cotangents, active);
    node.inputs.forEach((input, k) => {
      const gradient = gradients[k];
      if (!input || !gradient || !active.has(input)) return;
      const known = cotangents.get(input);
      cotangents.set(input, known ? builder.add(known, gradient) : gradient);
    });
  }
  const gradients = new Map<string, string>();
  wrt.forEach((name, i) => {
    const value = roots[i]!;
    const gradient = cotangents.get(value) ?? builder.zeros(value.dtype, value.shape);
    gradients.set(name, builder.freshOutput(`grad.${name}`, gradient));
  });
  const built = builder.build();
  const added = built.nodes.filter((node) => !forward.has(node));
  const backward = inputs.size > 0 ? pulledNodes(added, seeds) : new Set(added);
  return { ...built, gradients, cotangents: inputs, backward };
}

// Of the nodes that rules added, those that depend on a cotangent that is an input. Nodes that depend only on forward
// values may be computed with those. (A loss's own cotangent is a constant, on which nothing has to wait: then the
// backward pass is everything that was added, which gives plans with less work.)
function pulledNodes(added: readonly Node[], seeds: ReadonlyMap<Value, Value>): Set<Node> {
  const pulled = new Set(seeds.values());
  const nodes = new Set<Node>();
  for (const node of added) {
    if (!node.inputs.some((input) => input && pulled.has(input))) continue;
    nodes.add(node);
    for (const output of node.outputs) pulled.add(output);
  }
  return nodes;
}

// Values on a path from one of `roots`: only they carry cotangents.
function activeValues(nodes: readonly Node[], roots: readonly Value[]): Set<Value> {
  const active = new Set(roots);
  for (const node of nodes)
    if (node.inputs.some((input) => input && active.has(input)))
      for (const output of node.outputs) if (isFloat(output.dtype)) active.add(output);
  return active;
}

function applyRule(
  builder: GraphBuilder,
  node: Node,
  cotangents: ReadonlyMap<Value, Value>,
  active: ReadonlySet<Value>,
): readonly (Value | undefined)[] {
  const operator = findOperator(node.op, node.domain);
  if (operator.vjp === 'zero') return [];
  if (!operator.vjp)
    throw new GraphError('no-gradient', `operator ${node.op} (node ${node.name}) has no gradient rule`);
  const I = (k: number): Value => {
    const value = node.inputs[k];
    if (!value) throw new GraphError('shape', `${node.op} (node ${node.name}): input ${k} is missing`);
    return value;
  };
  const O = (k: number): Value => node.outputs[k]!;
  const context: VjpContext = {
    g: builder,
    node,
    attributes: node.attributes,
    I,
    O,
    GO: (k) => cotangents.get(O(k)) ?? builder.zeros(O(k).dtype, O(k).shape),
    hasGO: (k) => cotangents.has(O(k)),
    wants: (k) => node.inputs[k] !== undefined && active.has(node.inputs[k]),
    numbers: (k) => constantNumbers(I(k), builder.findConstant(I(k))),
  };
  const before = builder.nodes.length;
  const gradients = operator.vjp(context);
  checkKept(builder, node, operator.keeps, builder.nodes.slice(before));
  gradients.forEach((gradient, k) => {
    const input = node.inputs[k];
    if (gradient && input && context.wants(k) && !sameShape(gradient.shape, input.shape))
      throw new GraphError(
        'shape',
        `${node.op} (node ${node.name}): gradient ${k} is [${gradient.shape}], not [${input.shape}]`,
      );
  });
  return gradients;
}

// A rule declares what it keeps; this finds rules that read more than they declare, since plans rely on the
// declaration. Constants in memory do not count: a rule may make one that the forward node happens to share.
function checkKept(builder: GraphBuilder, node: Node, keeps: Keeps | undefined, emitted: readonly Node[]): void {
  const inputs = keeps?.inputs === 'all' ? node.inputs.map((_, i) => i) : (keeps?.inputs ?? []);
  const kept = new Set([...inputs.map((k) => node.inputs[k]), ...(keeps?.outputs ?? []).map((k) => node.outputs[k])]);
  const forward = new Set([...node.inputs, ...node.outputs]);
  for (const made of emitted)
    for (const input of made.inputs)
      if (input && forward.has(input) && !kept.has(input) && !builder.findConstant(input))
        throw new GraphError(
          'operator',
          `the rule of ${node.op} reads ${input.name} but does not say that it keeps it`,
        );
}
