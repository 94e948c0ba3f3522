// Einsum: it reduces to Transpose, Reshape, ReduceSum and MatMul. Diagonals (a label twice in one term) are taken first,
// by Slice. The gradient by an operand is the Einsum of the cotangent and the other operands, written in those operators.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { readString } from './attributes.ts';
import type { Equation } from './einsum-equation.ts';
import { parseEquation } from './einsum-equation.ts';
import type { Operator } from './operator.ts';

// A value whose axes have labels.
interface Labelled {
  readonly value: Value;
  readonly labels: string;
}

/** Sum of products over the labels that the output lacks. */
export const Einsum: Operator = {
  name: 'Einsum',
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: { equation: 'string' },
  infer: ({ I, inputs, attributes }) => {
    const shapes = inputs.map((_, k) => I(k).shape);
    const { output, sizes } = parseEquation(readString(attributes, 'equation', ''), shapes);
    return [{ dtype: I(0).dtype, shape: [...output].map((label) => sizes.get(label)!) }];
  },
  decompose: ({ g, inputs, attributes }) => {
    const values = inputs as readonly Value[];
    const { operands, output } = parseEquation(
      readString(attributes, 'equation', ''),
      values.map(({ shape }) => shape),
    );
    if (operands.every((labels) => new Set(labels).size === labels.length)) return undefined;
    const single = values.map((value, k) => withoutDiagonals(g, { value, labels: operands[k]! }));
    return [sumOfProducts(g, single, output)];
  },
  keeps: { inputs: 'all' },
  vjp: ({ g, I, GO, node, wants, attributes }) => {
    const shapes = node.inputs.map((_, k) => I(k).shape);
    const equation = parseEquation(readString(attributes, 'equation', ''), shapes);
    return node.inputs.map((_, k) => (wants(k) ? byOperand(g, equation, GO(0), node.inputs as Value[], k) : undefined));
  },
};

// A value with each label once: along two axes of one label, its diagonal.
function withoutDiagonals(g: Builder, { value, labels }: Labelled): Labelled {
  const first = [...labels].findIndex((label, i) => labels.indexOf(label, i + 1) >= 0);
  if (first < 0) return { value, labels };
  const second = labels.indexOf(labels[first]!, first + 1);
  const others = [...labels].map((_, i) => i).filter((i) => i !== first && i !== second);
  const n = value.shape[first]!;
  const rest = others.map((i) => value.shape[i]!);
  // As a list of n n elements, the diagonal is every (n + 1)th.
  const list = g.reshape(g.transpose(value, [...others, first, second]), [...rest, n * n]);
  const diagonal = g.slice(list, [rest.length], [0], [n * n], [n + 1]);
  return withoutDiagonals(g, { value: diagonal, labels: others.map((i) => labels[i]!).join('') + labels[first]! });
}

function byOperand(g: Builder, equation: Equation, cotangent: Value, inputs: readonly Value[], k: number): Value {
  const { operands, output, sizes } = equation;
  const others = inputs.flatMap((value, i) => (i === k ? [] : [{ value, labels: operands[i]! }]));
  const factors = [{ value: cotangent, labels: output }, ...others];
  const known = [...operands[k]!].filter((label) => factors.some(({ labels }) => labels.includes(label))).join('');
  const found = sumOfProducts(g, factors, known);
  // A label that only this operand has was summed over, so its cotangent is constant along it.
  const aligned = g.reshape(
    found,
    [...operands[k]!].map((label) => (known.includes(label) ? sizes.get(label)! : 1)),
  );
  return g.expand(aligned, inputs[k]!.shape);
}

/** The Einsum of labelled values in standard operators, operands from left to right. */
export function sumOfProducts(g: Builder, factors: readonly Labelled[], output: string): Value {
  const [first, second, ...rest] = factors as [Labelled, Labelled | undefined, ...Labelled[]];
  if (!second) return arrange(g, sumOut(g, first, output), output);
  const needed = output + rest.map(({ labels }) => labels).join('');
  const product = multiply(g, first, second, needed);
  return sumOfProducts(g, [product, ...rest], output);
}

// Sums over the labels that `kept` lacks.
function sumOut(g: Builder, { value, labels }: Labelled, kept: string): Labelled {
  const axes = [...labels].flatMap((label, i) => (kept.includes(label) ? [] : [i]));
  if (axes.length === 0) return { value, labels };
  return { value: g.sum(value, axes, false), labels: [...labels].filter((label) => kept.includes(label)).join('') };
}

const arrange = (g: Builder, { value, labels }: Labelled, order: string): Value =>
  g.transpose(
    value,
    [...order].map((label) => labels.indexOf(label)),
  );

// Two operands as one batched matrix product: shared labels that are kept are the batch, the others are contracted.
function multiply(g: Builder, a: Labelled, b: Labelled, needed: string): Labelled {
  const [left, right] = [sumOut(g, a, needed + b.labels), sumOut(g, b, needed + a.labels)];
  const pick = (labels: string, test: (label: string) => boolean): string => [...labels].filter(test).join('');
  const shared = (label: string): boolean => right.labels.includes(label);
  const batch = pick(left.labels, (label) => shared(label) && needed.includes(label));
  const inner = pick(left.labels, (label) => shared(label) && !needed.includes(label));
  const rows = pick(left.labels, (label) => !shared(label));
  const columns = pick(right.labels, (label) => !left.labels.includes(label));
  const size = ({ value, labels }: Labelled, some: string): number =>
    [...some].reduce((product, label) => product * value.shape[labels.indexOf(label)]!, 1);
  const asMatrices = (from: Labelled, order: [string, string]): Value =>
    g.reshape(arrange(g, from, batch + order.join('')), [size(left, batch), ...order.map((some) => size(from, some))]);
  const product = g.op('MatMul', [asMatrices(left, [rows, inner]), asMatrices(right, [inner, columns])]);
  const labels = batch + rows + columns;
  const axis = (label: string): number => size(left.labels.includes(label) ? left : right, label);
  return { value: g.reshape(product, [...labels].map(axis)), labels };
}
