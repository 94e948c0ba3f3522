// One step of each recurrent network, as in ONNX: from the input's contribution to the gates and the state to the next
// state. The first part of a state is the step's output.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';

/** A function of one value. */
export type Activation = (x: Value) => Value;

/** The hidden state [N, H], and of an LSTM the cell [N, H]. */
export type State = readonly Value[];

/** What is constant over all steps. */
export interface Gates {
  readonly g: Builder;
  readonly hidden: number;
  /** Recurrent weights, transposed: [H, G H]. */
  readonly weight: Value;
  /** Recurrent bias [G H]. */
  readonly bias?: Value;
  /** An LSTM's weights of the cell in the gates input, output and forget: [3 H]. */
  readonly peepholes?: Value;
  /** LSTM: the forget gate is 1 minus the input gate. */
  readonly coupled: boolean;
  /** GRU: the reset gate comes after the recurrent product. */
  readonly resetAfter: boolean;
  readonly activations: readonly Activation[];
  /** Limits the input of an activation. */
  readonly clip: Activation;
}

/** A recurrent network. */
export interface Cell {
  readonly gates: number;
  /** Inputs of the operator that hold the first state. */
  readonly states: readonly number[];
  readonly activations: readonly string[];
  /** @param projected the input's contribution to the gates, [N, G H] */
  step(gates: Gates, projected: Value, state: State): State;
}

// Gate k of a value [..., G H].
const gate = ({ g, hidden }: Gates, value: Value, k: number): Value =>
  g.slice(value, [value.shape.length - 1], [k * hidden], [(k + 1) * hidden]);

function recurrentProduct({ g, weight, bias }: Gates, state: Value): Value {
  const product = g.op('MatMul', [state, weight]);
  return bias ? g.add(product, bias) : product;
}

/** H' = f(W x + R H + b). */
export const RNN_CELL: Cell = {
  gates: 1,
  states: [5],
  activations: ['Tanh'],
  step: (gates, projected, [hidden]) => [
    gates.activations[0]!(gates.clip(gates.g.add(projected, recurrentProduct(gates, hidden!)))),
  ],
};

/** Update z, reset r, candidate h: H' = (1 - z) h + z H. */
export const GRU_CELL: Cell = {
  gates: 3,
  states: [5],
  activations: ['Sigmoid', 'Tanh'],
  step: (gates, projected, [before]) => {
    const { g, clip, activations, hidden, weight, bias } = gates;
    const [f, c] = activations as [Activation, Activation];
    const hiddenState = before!;
    const product = recurrentProduct(gates, hiddenState);
    const sum = (k: number): Value => g.add(gate(gates, projected, k), gate(gates, product, k));
    const [z, r] = [f(clip(sum(0))), f(clip(sum(1)))];
    const candidate = (): Value => {
      if (gates.resetAfter) return g.mul(r, gate(gates, product, 2));
      const part = g.op('MatMul', [g.mul(r, hiddenState), g.slice(weight, [1], [2 * hidden], [3 * hidden])]);
      return bias ? g.add(part, gate(gates, bias, 2)) : part;
    };
    const h = c(clip(g.add(gate(gates, projected, 2), candidate())));
    // h + z (H - h)
    return [g.add(h, g.mul(z, g.sub(hiddenState, h)))];
  },
};

/** Input i, output o, forget f, cell c: C' = f C + i c, H' = o h(C'). */
export const LSTM_CELL: Cell = {
  gates: 4,
  states: [5, 6],
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  step: (gates, projected, [hidden, cell]) => {
    const { g, clip, activations, peepholes } = gates;
    const [f, c, h] = activations as [Activation, Activation, Activation];
    const sum = g.add(projected, recurrentProduct(gates, hidden!));
    const seen = (k: number, from: number, cellState: Value): Value => {
      const own = gate(gates, sum, k);
      return f(clip(peepholes ? g.add(own, g.mul(gate(gates, peepholes, from), cellState)) : own));
    };
    const input = seen(0, 0, cell!);
    const forget = gates.coupled ? g.sub(g.scalar(1, input.dtype), input) : seen(2, 2, cell!);
    const next = g.add(g.mul(forget, cell!), g.mul(input, c(clip(gate(gates, sum, 3)))));
    return [g.mul(seen(1, 1, next), h(next)), next];
  },
};
