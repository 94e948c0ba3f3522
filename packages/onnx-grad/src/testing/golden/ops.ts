// A golden case of area `ops` as a graph: the operation that its configuration names, its gradients by every operand
// that the case has a gradient of. It depends on configuration and operands only, never on a case's name.

import { GraphBuilder } from '../../builder.ts';
import { grad, vjp } from '../../grad.ts';
import type { DType, TypedArray } from '../../graph/dtype.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { qualifiedName } from '../../graph/graph.ts';
import type { Shape } from '../../graph/shape.ts';
import type { OpsConfig, OpsContext } from './context.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { OPTIMISERS } from './optimisers.ts';
import { STRUCTURED } from './structured.ts';

/** An operand of a case. */
export interface Operand {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** A graph whose inputs are the case's operands (and `cotangent.y`), and whose outputs bear the case's names. */
export interface GoldenGraph {
  readonly graph: Graph;
  /** The graph's output for each of the case's tensors (`output.y`, `grad.x`). */
  readonly names: ReadonlyMap<string, string>;
}

/** Operators that the golden cases exercise in their forward graphs; the golden suite checks the list. */
export const GOLDEN_OPERATORS: readonly string[] = [
  ...['Abs', 'Add', 'AveragePool', 'Clip', 'Concat', 'Conv', 'ConvTranspose', 'Cos'],
  ...['CumSum', 'Div', 'Elu', 'Erf', 'Exp', 'Expand', 'Gather', 'GatherElements'],
  ...[
    'Gelu',
    'GlobalAveragePool',
    'Greater',
    'GroupNormalization',
    'LayerNormalization',
    'LeakyRelu',
    'Log',
    'LogSoftmax',
  ],
  ...['MatMul', 'Max', 'MaxPool', 'Min', 'Mish', 'Mul', 'Neg', 'Pad'],
  ...['Pow', 'Reciprocal', 'ReduceL2', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum'],
  ...['ReduceSumSquare', 'Relu', 'Reshape', 'Resize', 'Sigmoid', 'Sin', 'Slice', 'Softmax'],
  ...['Softplus', 'Split', 'Sqrt', 'Sub', 'Tanh', 'Tile', 'Transpose', 'Trilu'],
  ...['Where', 'com.microsoft::QuickGelu'],
];

const GRAPHS = { ...ELEMENTWISE, ...STRUCTURED };

const all = (value: Value): number[] => value.shape.map((_, i) => i);

// loss = |d/dx sum(tanh(conv(x, w))^2)|^2
function gradientPenalty(context: OpsContext, wrt: readonly string[]): GoldenGraph {
  const { g, config, I } = context;
  const pads = new Array<number>(4).fill(Number(config.padding));
  const squashed = g.op('Tanh', [g.op('Conv', [I('x'), I('w')], { pads })]);
  g.output('sum', g.reduce('ReduceSumSquare', squashed, all(squashed), false));
  const first = grad(g.build(), { loss: 'sum', wrt: ['x'] });
  const outer = GraphBuilder.from(first);
  const gradient = first.outputs.find(({ name }) => name === 'grad.x')!.value;
  outer.output('first_gradient', gradient);
  outer.output('loss', outer.reduce('ReduceSumSquare', gradient, all(gradient), false));
  const graph = grad(outer.build(), { loss: 'loss', wrt, keep: ['first_gradient'] });
  return named(graph, ['first_gradient', 'loss'], wrt);
}

// loss = mean((silu(x w1^T) w2^T - y)^2)
function perceptron({ g, I }: OpsContext, wrt: readonly string[]): GoldenGraph {
  const linear = (x: Value, w: Value): Value => g.op('MatMul', [x, g.transpose(w, [1, 0])]);
  const hidden = linear(I('x'), I('w1'));
  const error = g.sub(linear(g.mul(hidden, g.op('Sigmoid', [hidden])), I('w2')), I('y'));
  g.output('loss', g.mean(g.mul(error, error), all(error), false));
  return named(grad(g.build(), { loss: 'loss', wrt }), ['loss'], wrt);
}

const named = (graph: Graph, outputs: readonly string[], wrt: readonly string[]): GoldenGraph => ({
  graph,
  names: new Map([
    ...outputs.map((name): [string, string] => [`output.${name}`, name]),
    ...wrt.map((name): [string, string] => [`grad.${name}`, `grad.${name}`]),
  ]),
});

/**
 * Whether the derivative by element i of an operand does not exist, so that no gradient is to be compared: clamp on an
 * edge, where versions of PyTorch differ (golden README, Operators).
 */
export function onKink(config: OpsConfig, operand: Operand, i: number): boolean {
  return config.op === 'clamp' && [config.min, config.max].includes(Number(operand.data[i]));
}

/** Whether there is a graph for a configuration. */
export const knowsOp = ({ op }: OpsConfig): boolean =>
  op in GRAPHS || op in OPTIMISERS || op === 'gradient penalty' || op === 'mlp + mse';

/** The operators of a case's forward graph, as keys of OPERATORS; none for the two that differentiate inside. */
export function forwardOperators(config: OpsConfig, operands: ReadonlyMap<string, Operand>): Set<string> {
  const write = GRAPHS[config.op];
  if (!write) return new Set();
  const { g, context } = makeContext(config, operands);
  g.output('y', write(context));
  return new Set(g.build().nodes.map(qualifiedName));
}

function makeContext(
  config: OpsConfig,
  operands: ReadonlyMap<string, Operand>,
): { g: GraphBuilder; context: OpsContext } {
  const g = new GraphBuilder(config.op);
  const inputs = new Map([...operands].map(([name, { dtype, shape }]) => [name, g.input(name, dtype, shape)]));
  const I = (name: string): Value => {
    const value = inputs.get(name);
    if (!value) throw new Error(`${config.op} has no operand ${name}`);
    return value;
  };
  return { g, context: { g, config, I, has: (name) => inputs.has(name) } };
}

/**
 * The graph of a case with these operands (`input.*`, without the cotangent) and gradients by `wrt`.
 * @throws Error for an operation without a graph
 */
export function goldenOpsGraph(
  config: OpsConfig,
  operands: ReadonlyMap<string, Operand>,
  wrt: readonly string[],
): GoldenGraph {
  const { g, context } = makeContext(config, operands);
  if (config.op === 'gradient penalty') return gradientPenalty(context, wrt);
  if (config.op === 'mlp + mse') return perceptron(context, wrt);
  const trace = OPTIMISERS[config.op]?.(context);
  if (trace) {
    for (const [name, value] of Object.entries(trace)) g.output(`trace.${name}`, value);
    const names = Object.keys(trace).map((name): [string, string] => [`output.${name}`, `trace.${name}`]);
    return { graph: g.build(), names: new Map(names) };
  }
  const write = GRAPHS[config.op];
  if (!write) throw new Error(`no graph for ${config.op}`);
  g.output('y', write(context));
  return named(vjp(g.build(), { outputs: ['y'], wrt, keep: ['y'] }), ['y'], wrt);
}
