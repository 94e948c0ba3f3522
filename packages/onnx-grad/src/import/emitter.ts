// Adds imported nodes to a GraphBuilder and evaluates what is constant. Shape arithmetic (whole numbers, booleans) is
// always folded; floating point is folded unless it involves a weight, since a caller may want the gradient by that
// weight. Such values are still known, in case a shape depends on them.
import type { GraphBuilder } from '../builder.ts';
import { constantNumbers } from '../graph/constant.ts';
import { isFloat } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, OutputType, TensorData, TensorSource, Value } from '../graph/graph.ts';
import { isInline } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import { findOperator, inferOutputs } from '../ops/infer.ts';
import { FOLDS } from './folds.ts';

/** More elements than these are computed when the graph runs, not stored in it. */
const STORED_ELEMENTS = 2 ** 16;
/** More elements than these are not even evaluated. */
const KNOWN_ELEMENTS = 2 ** 20;

/** The operator that made a value, and what it was applied to. */
export interface Making {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
}

/** Adds nodes to a builder and folds constants. */
export class Emitter {
  readonly g: GraphBuilder;
  readonly #known = new Map<Value, TensorData>();
  readonly #weighty = new Set<Value>();
  readonly #makings = new Map<Value, Making>();
  #constants = 0;

  constructor(g: GraphBuilder) {
    this.g = g;
  }

  /** An initializer of the model: a weight that keeps its name, or, of small whole numbers, a constant. */
  initializer(name: string, source: TensorSource): Value {
    const weight = isFloat(source.dtype);
    if (!weight && isInline(source) && source.data.length <= 64) return this.g.constant(source);
    const value = this.g.initializer(name, source);
    if (weight) this.#weighty.add(value);
    return value;
  }

  /** A constant tensor. Large ones, which a builder does not share, get names that no builder generates again. */
  constant(tensor: TensorData): Value {
    if (tensor.data.length <= 64) return this.g.constant(tensor);
    return this.g.initializer(`onnx-grad.constant.${this.#constants++}`, tensor);
  }

  /** The elements of a value, if they are known now. */
  findConstant(value: Value): TensorData | undefined {
    if (sizeOf(value.shape) > KNOWN_ELEMENTS) return undefined;
    return this.#known.get(value) ?? this.g.findConstant(value);
  }

  /** How a value was made; undefined for inputs, weights and constants. */
  findMaking(value: Value): Making | undefined {
    return this.#makings.get(value);
  }

  /** The numbers of a value that must be known now. @throws GraphError otherwise, with a likely reason */
  numbers(value: Value): number[] {
    const known = this.findConstant(value);
    if (known) return constantNumbers(value, known);
    throw new GraphError(
      'shape',
      `${value.name} must be known when the model is imported, but it depends on what the model is run with`,
    );
  }

  /** A value as a constant in the graph, if it is known, for inputs that rules read. */
  stored(value: Value): Value {
    const known = this.findConstant(value);
    return known && !this.g.findConstant(value) ? this.constant(known) : value;
  }

  /** An operator with one output, folded if possible. */
  op(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}, name?: string): Value {
    return this.ops(op, inputs, attributes, 1, name)[0]!;
  }

  /** An operator, folded if possible. @throws GraphError for an unknown operator or inputs that do not fit */
  ops(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes = {},
    outputs = 1,
    name?: string,
  ): readonly Value[] {
    const types = inferOutputs(op, inputs, attributes, outputs, (value) => this.g.findConstant(value));
    types.forEach(checkShape);
    const folded = outputs === 1 ? this.#fold(op, inputs, attributes, types[0]!) : undefined;
    const weighty = inputs.some((input) => input && this.#weighty.has(input));
    if (folded && folded.data.length <= STORED_ELEMENTS && !(weighty && isFloat(folded.dtype)))
      return [this.constant(folded)];
    const values = this.g.ops(op, inputs, attributes, outputs, name);
    if (folded) this.#known.set(values[0]!, folded);
    for (const value of values) this.#makings.set(value, { op, inputs, attributes });
    if (weighty) for (const value of values) this.#weighty.add(value);
    return values;
  }

  #fold(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    type: OutputType,
  ): TensorData | undefined {
    const fold = findOperator(op).fold ?? FOLDS[op];
    if (!fold || sizeOf(type.shape) > KNOWN_ELEMENTS || type.dtype === 'float16' || type.dtype === 'bfloat16')
      return undefined;
    const constants: (TensorData | undefined)[] = [];
    for (const input of inputs) {
      const known = input && this.findConstant(input);
      if (input && !known) return undefined;
      constants.push(known);
    }
    return fold(constants, attributes, type);
  }
}

function checkShape({ shape }: OutputType): void {
  if (shape.some((n) => !Number.isSafeInteger(n) || n < 0) || !Number.isSafeInteger(sizeOf(shape) * 8))
    throw new GraphError('shape', `no tensor has the shape [${shape}]`);
}
