// Applies an operator's shape rule to a node. Here operators are looked up by name, inputs are counted, attributes are
// checked against the operator's list, and a rule's error gets the operator's name.
import { constantNumbers } from '../graph/constant.ts';
import { GraphError } from '../graph/error.ts';
import type { Infer, Value } from '../graph/graph.ts';
import { qualifiedName } from '../graph/graph.ts';
import { OPERATORS } from './index.ts';
import type { Operator } from './operator.ts';

/** The operator of a (qualified) name. @throws GraphError for one that this package does not know */
export function findOperator(op: string, domain = ''): Operator {
  const key = qualifiedName({ domain, op });
  const operator = OPERATORS.get(key);
  if (!operator) throw new GraphError('operator', `operator ${key} is not known to onnx-grad`);
  return operator;
}

/**
 * Types of the outputs of `op` applied to `inputs`.
 * @throws GraphError for an unknown operator or attribute, or inputs that do not fit
 */
export const inferOutputs: Infer = (op, inputs, attributes, outputs, findSource) => {
  const operator = findOperator(op);
  for (const name of Object.keys(attributes))
    if (!Object.hasOwn(operator.attributes, name)) throw new GraphError('attribute', `${op} has no attribute ${name}`);
  const I = (k: number): Value => {
    const value = inputs[k];
    if (!value) throw new GraphError('shape', `input ${k} is missing`);
    return value;
  };
  const numbers = (k: number): number[] => constantNumbers(I(k), findSource(I(k)));
  try {
    checkArity(operator, inputs);
    const types = operator.infer({ op, inputs, attributes, outputs, I, numbers });
    if (types.length < outputs) throw new GraphError('operator', `it has ${types.length} outputs, not ${outputs}`);
    return types;
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const shapes = inputs.map((v) => (v ? `${v.name} ${v.dtype}[${v.shape}]` : '-')).join(', ');
    throw new GraphError(error.code, `${op}(${shapes}): ${error.message}`, { cause: error });
  }
};

function checkArity({ arity: [least, most] }: Operator, inputs: readonly (Value | undefined)[]): void {
  if (inputs.length < least || inputs.length > most) {
    const range = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    throw new GraphError('shape', `it takes ${least === most ? least : range} inputs, not ${inputs.length}`);
  }
  const missing = inputs.slice(0, least).indexOf(undefined);
  if (missing >= 0) throw new GraphError('shape', `input ${missing} is missing`);
}
