// Applies an operator's shape rule to a node: the one place where operators are looked up by name, attributes are
// checked against the operator's list, and a rule's complaint is told with the operator's name.
import { toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, TensorSource, Value } from '../graph/graph.ts';
import { isInline } from '../graph/graph.ts';
import { OPERATORS } from './index.ts';
import type { Operator, OutputType } from './operator.ts';

/** The operator of a (qualified) name. @throws GraphError for one that this package does not know */
export function operatorOf(op: string, domain = ''): Operator {
  const key = domain ? `${domain}::${op}` : op;
  const operator = OPERATORS.get(key);
  if (!operator) throw new GraphError('operator', `operator ${key} is not known to onnx-grad`);
  return operator;
}

/**
 * Types of the outputs of `op` applied to `inputs`.
 * @throws GraphError for an unknown operator or attribute, or inputs that do not fit
 */
export function inferOutputs(
  op: string,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
  outputs: number,
  sourceOf: (value: Value) => TensorSource | undefined,
): readonly OutputType[] {
  const operator = operatorOf(op);
  for (const name of Object.keys(attributes))
    if (!Object.hasOwn(operator.attributes, name)) throw new GraphError('attribute', `${op} has no attribute ${name}`);
  const I = (k: number): Value => {
    const value = inputs[k];
    if (!value) throw new GraphError('shape', `input ${k} is missing`);
    return value;
  };
  const numbers = (k: number): number[] => constantNumbers(I(k), sourceOf(I(k)));
  try {
    return operator.infer({ op, inputs, attributes, outputs, I, numbers });
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const shapes = inputs.map((v) => (v ? `${v.name} ${v.dtype}[${v.shape}]` : '-')).join(', ');
    throw new GraphError(error.code, `${op}(${shapes}): ${error.message}`, { cause: error });
  }
}

/** The numbers of a value that must be an inline constant. @throws GraphError otherwise */
export function constantNumbers(value: Value, source: TensorSource | undefined): number[] {
  if (!source || !isInline(source)) throw new GraphError('shape', `${value.name} must be a constant in memory`);
  return toNumbers(source.dtype, source.data);
}
