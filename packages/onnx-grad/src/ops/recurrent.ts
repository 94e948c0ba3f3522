// RNN, GRU and LSTM over a sequence of known length. They are differentiated unrolled, step by step; a graph that is not
// differentiated keeps the runtime's own operator.
//
// Shapes: X [T, N, I]; W [D, G H, I], R [D, G H, H] and B [D, 2 G H] (of W, then of R) for G gates and D directions;
// states [D, N, H]. Outputs: Y [T, D, N, H], the last state [D, N, H], and the LSTM's last cell.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, OutputType, Value } from '../graph/graph.ts';
import type { NodeContext } from '../graph/map.ts';
import { sameShape } from '../graph/shape.ts';
import { readNumber, readString } from './attributes.ts';
import type { AttributeKind, InferContext, Operator } from './operator.ts';
import type { Activation, Cell, Gates, State } from './recurrent-cells.ts';
import { GRU_CELL, LSTM_CELL, RNN_CELL } from './recurrent-cells.ts';

const ATTRIBUTES: Readonly<Record<string, AttributeKind>> = {
  activation_alpha: 'floats',
  activation_beta: 'floats',
  activations: 'strings',
  clip: 'float',
  direction: 'string',
  hidden_size: 'int',
  layout: 'int',
};

const DIRECTIONS: Readonly<Record<string, readonly ('forward' | 'reverse')[]>> = {
  forward: ['forward'],
  reverse: ['reverse'],
  bidirectional: ['forward', 'reverse'],
};

function readDirections(attributes: Attributes): readonly ('forward' | 'reverse')[] {
  const name = readString(attributes, 'direction', 'forward');
  if (!Object.hasOwn(DIRECTIONS, name))
    throw new GraphError('attribute', `direction must be forward, reverse or bidirectional, not ${name}`);
  return DIRECTIONS[name]!;
}

const infer =
  (gates: number, states: number) =>
  ({ I, inputs, attributes, outputs }: InferContext): readonly OutputType[] => {
    if (readNumber(attributes, 'layout', 0) !== 0)
      throw new GraphError(
        'attribute',
        'layout 1 (batch first) is not supported, as in ONNX Runtime: export with layout 0',
      );
    const [x, w, r] = [I(0), I(1), I(2)];
    const [t, n, width] = x.shape;
    const directions = readDirections(attributes).length;
    const hidden = r.shape[2] ?? 0;
    const expect = (k: number, shape: readonly number[]): void => {
      const value = inputs[k];
      if (value && !sameShape(value.shape, shape))
        throw new GraphError('shape', `input ${k} must be [${shape}], not [${value.shape}]`);
    };
    if (x.shape.length !== 3) throw new GraphError('shape', `the input must be [steps, batch, size], not [${x.shape}]`);
    if (readNumber(attributes, 'hidden_size', hidden) !== hidden)
      throw new GraphError(
        'shape',
        `hidden_size is ${attributes.hidden_size}; the weights [${r.shape}] have ${hidden}`,
      );
    expect(1, [directions, gates * hidden, width!]);
    expect(2, [directions, gates * hidden, hidden]);
    expect(3, [directions, 2 * gates * hidden]);
    expect(4, [n!]);
    expect(5, [directions, n!, hidden]);
    expect(6, [directions, n!, hidden]);
    expect(7, [directions, 3 * hidden]);
    const { dtype } = w;
    const state = { dtype, shape: [directions, n!, hidden] };
    return [{ dtype, shape: [t!, directions, n!, hidden] }, ...new Array<OutputType>(states).fill(state)].slice(
      0,
      outputs,
    );
  };

// Operators for the activations; those with a slope parameter are not supported.
const ACTIVATIONS = ['Relu', 'Tanh', 'Sigmoid', 'Softsign', 'Softplus'];

function readActivations({ g, attributes }: NodeContext, defaults: readonly string[], direction: number): Activation[] {
  const names = (attributes.activations as readonly string[] | undefined) ?? [];
  return defaults.map((fallback, i) => {
    const name = names[direction * defaults.length + i] ?? fallback;
    const op = ACTIVATIONS.find((known) => known.toLowerCase() === name.toLowerCase());
    if (!op)
      throw new GraphError(
        'no-gradient',
        `the activation ${name} has no gradient here; there are ${ACTIVATIONS.join(', ')}`,
      );
    return (x) => g.op(op, [x]);
  });
}

// A slice of one direction of a value [D, ...].
const ofDirection = (g: Builder, value: Value, d: number): Value =>
  g.reshape(g.slice(value, [0], [d], [d + 1]), value.shape.slice(1));

const unrolled = (cell: Cell, context: NodeContext): readonly Value[] => {
  const { g, node, attributes } = context;
  const [steps, n] = context.I(0).shape as [number, number, number];
  const directions = readDirections(attributes);
  const runs = directions.map((direction, d) => runDirection(cell, context, direction, d));
  const stacked = (values: readonly Value[], axis: number): Value =>
    g.concat(
      values.map((value) => g.reshape(value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)])),
      axis,
    );
  const hidden = context.I(2).shape[2]!;
  const all = (): Value =>
    stacked(
      runs.map(({ results }) => (steps > 0 ? stacked(results, 0) : g.zeros(context.I(0).dtype, [0, n, hidden]))),
      1,
    );
  const last = (k: number): Value =>
    stacked(
      runs.map(({ state }) => state[k]!),
      0,
    );
  return node.outputs.map((_, k) => (k === 0 ? all() : last(k - 1)));
};

function runDirection(cell: Cell, context: NodeContext, direction: 'forward' | 'reverse', d: number) {
  const { g, I, inputs, attributes } = context;
  const [steps, n, width] = I(0).shape as [number, number, number];
  const hidden = I(2).shape[2]!;
  const { dtype } = I(0);
  const given = (k: number): Value | undefined => inputs[k] && ofDirection(g, inputs[k], d);
  const size = cell.gates * hidden;
  const bias = given(3);
  const [ofInput, ofState] = bias
    ? [g.slice(bias, [0], [0], [size]), g.slice(bias, [0], [size], [2 * size])]
    : [undefined, undefined];
  // The contribution of all steps' inputs to the gates, in one product.
  const product = g.op('MatMul', [g.reshape(I(0), [steps * n, width]), g.transpose(given(1)!, [1, 0])]);
  const projected = g.reshape(ofInput ? g.add(product, ofInput) : product, [steps, n, size]);
  const limit = readNumber(attributes, 'clip', 0);
  const gates: Gates = {
    g,
    hidden,
    weight: g.transpose(given(2)!, [1, 0]),
    bias: ofState,
    ...(inputs[7] && { peepholes: given(7)! }),
    coupled: readNumber(attributes, 'input_forget', 0) === 1,
    resetAfter: readNumber(attributes, 'linear_before_reset', 0) !== 0,
    activations: readActivations(context, cell.activations, d),
    clip: (x) => (limit > 0 ? g.op('Clip', [x, g.scalar(-limit, dtype), g.scalar(limit, dtype)]) : x),
  };
  const zeros = g.zeros(dtype, [n, hidden]);
  let state: State = cell.states.map((k) => given(k) ?? zeros);
  const results = new Array<Value>(steps);
  for (let i = 0; i < steps; i++) {
    const t = direction === 'forward' ? i : steps - 1 - i;
    const next = cell.step(gates, g.reshape(g.slice(projected, [0], [t], [t + 1]), [n, size]), state);
    const lengths = inputs[4];
    // After the end of a sequence its state is kept, and its outputs are zeros.
    const isWithin = lengths && g.reshape(g.op('Less', [g.scalar(t, lengths.dtype), lengths]), [n, 1]);
    state = isWithin ? next.map((value, k) => g.where(isWithin, value, state[k]!)) : next;
    results[t] = isWithin ? g.where(isWithin, next[0]!, zeros) : next[0]!;
  }
  return { results, state };
}

const recurrent = (
  name: string,
  cell: Cell,
  inputs: number,
  more: Readonly<Record<string, AttributeKind>>,
): Operator => ({
  name,
  arity: [3, inputs],
  attributes: { ...ATTRIBUTES, ...more },
  infer: infer(cell.gates, cell.states.length),
  decompose: (context) => unrolled(cell, context),
});

/** H' = f(W x + R H + b). */
export const RNN = recurrent('RNN', RNN_CELL, 6, {});
/** Gated recurrent unit (Cho et al. 2014): gates update, reset, candidate. */
export const GRU = recurrent('GRU', GRU_CELL, 6, { linear_before_reset: 'int' });
/** Long short-term memory (Hochreiter and Schmidhuber 1997): gates input, output, forget, cell; peepholes if given. */
export const LSTM = recurrent('LSTM', LSTM_CELL, 8, { input_forget: 'int' });
