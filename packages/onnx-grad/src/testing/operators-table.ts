// docs/operators.md, from the operators themselves and the cases that test them: nothing in it is written by hand.
import { GraphBuilder } from '../builder.ts';
import { constantNumbers } from '../graph/constant.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { qualifiedName } from '../graph/graph.ts';
import { LOWERINGS } from '../lower/table.ts';
import { OPERATORS } from '../ops/index.ts';
import type { Operator } from '../ops/operator.ts';
import { seededRandom } from './case.ts';
import { GRADIENT_CASES, PARTLY_ON_CPU } from './cases.ts';
import { GOLDEN_OPERATORS } from './golden/ops.ts';

// Inputs for which a rule returns a gradient when all are wanted; of an operator in its parts, those that a case
// differentiates by.
function differentiated(graph: Graph, node: Node, { vjp, decompose }: Operator, wrt: readonly string[]): number[] {
  const g = GraphBuilder.from(graph);
  const I = (k: number): Value => node.inputs[k]!;
  const numbers = (k: number): number[] => constantNumbers(I(k), g.findConstant(I(k)));
  const context = { g, node, attributes: node.attributes, inputs: node.inputs, I, numbers };
  if (decompose?.(context)) return node.inputs.flatMap((input, k) => (input && wrt.includes(input.name) ? [k] : []));
  if (typeof vjp !== 'function') return [];
  const cotangents = node.outputs.map((o, k) => g.input(`cotangent.${o.name}.${k}`, o.dtype, o.shape));
  const gradients = vjp({
    ...context,
    O: (k) => node.outputs[k]!,
    GO: (k) => cotangents[k]!,
    hasGO: (k) => k === 0,
    wants: (k) => node.inputs[k] !== undefined,
  });
  return gradients.flatMap((gradient, k) => (gradient ? [k] : []));
}

// What the cases show of each operator: the inputs with gradients, and the cases' names.
function observed(): Map<string, { inputs: Set<number>; cases: Set<string> }> {
  const found = new Map<string, { inputs: Set<number>; cases: Set<string> }>();
  for (const { name, operators, build } of GRADIENT_CASES)
    for (let seed = 0; seed < 20; seed++) {
      const { graph, wrt } = build(seededRandom(seed));
      for (const node of graph.nodes) {
        const key = qualifiedName(node);
        if (!operators.includes(key)) continue;
        const entry = found.get(key) ?? { inputs: new Set<number>(), cases: new Set<string>() };
        found.set(key, entry);
        entry.cases.add(name);
        for (const k of differentiated(graph, node, OPERATORS.get(key)!, wrt)) entry.inputs.add(k);
      }
    }
  return found;
}

function keepsText({ keeps, vjp, decompose }: Operator): string {
  if (!vjp && decompose) return 'in its parts';
  if (!keeps) return 'nothing';
  const list = (what: string, ks: readonly number[] | undefined): string[] =>
    ks?.length ? [`${what} ${ks.join(', ')}`] : [];
  if (keeps.inputs === 'all') return ['all inputs', ...list('output', keeps.outputs)].join('; ');
  return [...list('input', keeps.inputs), ...list('output', keeps.outputs)].join('; ') || 'nothing';
}

function webgpuText(key: string, operator: Operator, cases: ReadonlySet<string> | undefined): string {
  if (cases && [...cases].every((name) => PARTLY_ON_CPU.includes(name))) return 'partly on the CPU';
  if (LOWERINGS.webgpu && Object.hasOwn(LOWERINGS.webgpu, key)) return 'rewritten where lacking';
  if (operator.expand) return 'in standard operators';
  return cases ? 'yes' : 'not tested';
}

const HEAD = `# Operators

Made by \`node --conditions=source scripts/operators-doc.ts\` from the rules and their cases; do not edit.

- **Gradient for**: inputs (by number) for which the rule has a gradient; *zero* where the derivative is zero everywhere.
- **Keeps**: forward values that the gradient reads. Constants are not counted. *in its parts*: the operator has no rule of
  its own; in a graph that is differentiated it is written in other operators.
- **Tested by**: differences (central differences over random shapes and attributes: \`testing/cases/\`), golden
  (PyTorch's outputs and gradients).
- **WebGPU**: how ONNX Runtime 1.30 runs it there, with its gradient, in the tests in Chromium (tests/browser): as it
  is, or written otherwise (lower/). Those tests run every case with fall-back to the CPU forbidden, but for those that
  need it (\`PARTLY_ON_CPU\` in testing/cases.ts: *partly on the CPU* here, and \`Pow\` at zero and \`Gather\` with computed
  indices). *not tested*: operators without a gradient of their own.

| Operator | Attributes | Gradient for | Keeps | Tested by | WebGPU |
|---|---|---|---|---|---|
`;

/** The whole of docs/operators.md. */
export function operatorsDocument(): string {
  const seen = observed();
  const rows = [...OPERATORS]
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([key, operator]) => {
      const inputs = [...(seen.get(key)?.inputs ?? [])].sort((a, b) => a - b).join(', ');
      const zero = operator.vjp === 'zero';
      const tested = [
        ...(!zero && seen.has(key) ? ['differences'] : []),
        ...(GOLDEN_OPERATORS.includes(key) ? ['golden'] : []),
      ];
      return [
        key,
        Object.keys(operator.attributes).join(', ') || '-',
        zero ? '*zero*' : inputs || 'none',
        zero ? 'nothing' : keepsText(operator),
        tested.join(', ') || '-',
        webgpuText(key, operator, seen.get(key)?.cases),
      ];
    });
  return `${HEAD}${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
