// Builds a Graph. Every call infers the shapes and dtypes of its result at once, so a mistake is reported where it is
// made. Equal nodes and equal constants are made once (hash-consing): the graph holds no common subexpressions. A
// builder gets the operators as a parameter (`infer`), because the rules of operators are written with builders
// themselves. GraphBuilder (../builder.ts) knows the operators of this package. The file is long because the shorthands
// that rules use are methods too.
import { checkSource, checkType } from './check.ts';
import { constantKey } from './constant.ts';
import type { DType } from './dtype.ts';
import { fromNumbers, ONNX_DATA_TYPE } from './dtype.ts';
import { GraphError } from './error.ts';
import type { Attributes, Graph, Infer, Node, Output, TensorData, TensorSource, Value } from './graph.ts';
import { findAncestors, isInline, qualifiedName } from './graph.ts';
import type { Shape } from './shape.ts';
import { normalizeAxes, sameShape } from './shape.ts';

/** Options of a builder. */
export interface BuilderOptions {
  /** Whether equal nodes are shared; `false` is for graphs that compute something twice on purpose. Default: true. */
  readonly share?: boolean;
}

/** Builds a {@link Graph}, node by node, in topological order. */
export class Builder {
  readonly name: string;
  readonly #infer: Infer;
  readonly #inputs: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #outputs: Output[] = [];
  readonly #initializers = new Map<Value, TensorSource>();
  readonly #names = new Set<string>();
  readonly #ids = new Map<Value, number>();
  readonly #known = new Map<string, readonly Value[]>();
  #counter = 0;

  readonly #share: boolean;

  constructor(name: string, infer: Infer, { share = true }: BuilderOptions = {}) {
    this.name = name;
    this.#infer = infer;
    this.#share = share;
  }

  /** Adds a graph's inputs, initializers and nodes, not its outputs, as the same Value objects. */
  adopt(graph: Graph): void {
    for (const input of graph.inputs) this.#inputs.push(this.#register(input));
    for (const [value, source] of graph.initializers) {
      this.#initializers.set(this.#register(value), source);
      // A weight that happens to be 1 is not the constant 1: it may become an input, or be trained.
      const key = value.isConstant ? constantKey(source) : undefined;
      if (key) this.#known.set(key, [value]);
    }
    for (const node of graph.nodes) this.#append(node);
  }

  /** The nodes so far. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** An input of the graph. @throws GraphError if the name is taken, or for an invalid dtype or shape */
  input(name: string, dtype: DType, shape: Shape): Value {
    checkType(`input ${name}`, dtype, shape);
    const value = this.#value(name, dtype, shape, true);
    this.#inputs.push(value);
    return value;
  }

  /**
   * A named initializer: a weight, inline or in a file; or a constant that another graph had.
   * @throws GraphError if the name is taken, or the data do not match the dtype and the shape
   */
  initializer(name: string, source: TensorSource, isConstant?: true): Value {
    checkSource(`initializer ${name}`, source);
    const { dtype, shape } = source;
    const value = this.#value(name, dtype, shape, true, isConstant);
    this.#initializers.set(value, source);
    const key = isConstant && constantKey(source);
    if (key && !this.#known.has(key)) this.#known.set(key, [value]);
    return value;
  }

  /** A constant tensor; equal small constants are one value. @throws GraphError like {@link initializer} */
  constant(tensor: TensorData): Value {
    checkSource('constant', tensor);
    const key = constantKey(tensor);
    const known = key && this.#known.get(key);
    if (known) return known[0]!;
    const { dtype, shape } = tensor;
    const value = this.#value(this.#fresh('const'), dtype, shape, false, true);
    this.#initializers.set(value, tensor);
    if (key) this.#known.set(key, [value]);
    return value;
  }

  /** A scalar constant of a dtype (default float32); in half precision as a cast of a float32. */
  scalar(value: number, dtype: DType = 'float32'): Value {
    if (dtype === 'float16' || dtype === 'bfloat16') return this.cast(this.scalar(value), dtype);
    return this.constant({ dtype, shape: [], data: fromNumbers(dtype, [value]) });
  }

  /** A vector of int64: a shape, axes, pads. */
  ints(values: readonly number[]): Value {
    return this.constant({ dtype: 'int64', shape: [values.length], data: fromNumbers('int64', values) });
  }

  /** Zeros of a shape, as a scalar that is expanded. */
  zeros(dtype: DType, shape: Shape): Value {
    return this.expand(this.scalar(0, dtype), shape);
  }

  /**
   * Applies an operator with one output.
   * @throws GraphError for an unknown operator or attribute, or inputs that do not fit
   */
  op(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}, name?: string): Value {
    return this.ops(op, inputs, attributes, 1, name)[0]!;
  }

  /** Applies an operator with `outputs` outputs. @throws GraphError like {@link op} */
  ops(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes = {},
    outputs = 1,
    name?: string,
  ): readonly Value[] {
    for (const input of inputs)
      if (input && !this.#ids.has(input)) throw new GraphError('name', `${op}: ${input.name} belongs to another graph`);
    const key = this.#key(op, inputs, attributes, outputs);
    const known = this.#share ? this.#known.get(key) : undefined;
    if (known) return known;
    const types = this.#infer(op, inputs, attributes, outputs, (value) => this.#initializers.get(value));
    const nodeName = name && !this.#names.has(name) ? this.#claim(name) : this.#fresh(name ?? op.toLowerCase());
    const values = types.map((type, i) =>
      this.#value(types.length === 1 ? nodeName : `${nodeName}.${i}`, type.dtype, type.shape, types.length !== 1),
    );
    const [domain, bare] = op.includes('::') ? (op.split('::') as [string, string]) : ['', op];
    this.#nodes.push({ op: bare, domain, name: nodeName, inputs, outputs: values, attributes });
    this.#known.set(key, values);
    return values;
  }

  /** Names a result of the graph. @throws GraphError if the name is taken by another output or an input */
  output(name: string, value: Value): void {
    if (this.#outputs.some((o) => o.name === name) || this.#inputs.some((i) => i.name === name))
      throw new GraphError('name', `output ${name}: the name is taken`);
    this.#outputs.push({ name, value });
  }

  /** An input with this name, or with a number appended if the name is taken. */
  freshInput(stem: string, dtype: DType, shape: Shape): Value {
    return this.input(
      numbered(stem, (name) => this.#names.has(name)),
      dtype,
      shape,
    );
  }

  /** An initializer with this name, or with a number appended if the name is taken. */
  freshInitializer(stem: string, source: TensorSource): Value {
    return this.initializer(
      numbered(stem, (name) => this.#names.has(name)),
      source,
    );
  }

  /** Gives a result this name, with a number appended if the name is taken. Returns the name. */
  freshOutput(stem: string, value: Value): string {
    const results = new Set([...this.#outputs, ...this.#inputs].map(({ name }) => name));
    const name = numbered(stem, (candidate) => results.has(candidate));
    this.output(name, value);
    return name;
  }

  /** The constant in memory behind a value, if it has one. */
  findConstant(value: Value): TensorData | undefined {
    const source = this.#initializers.get(value);
    return source && isInline(source) ? source : undefined;
  }

  /** The graph: only what its outputs need, except that all inputs stay. @throws GraphError without outputs */
  build(): Graph {
    if (this.#outputs.length === 0) throw new GraphError('name', `${this.name}: a graph needs an output`);
    const roots = this.#outputs.map((o) => o.value);
    const nodes = findAncestors({ nodes: this.#nodes }, roots);
    const used = new Set<Value>(roots);
    for (const node of nodes) for (const input of node.inputs) if (input) used.add(input);
    const initializers = new Map([...this.#initializers].filter(([value]) => used.has(value)));
    return { name: this.name, inputs: [...this.#inputs], outputs: [...this.#outputs], nodes, initializers };
  }

  // Shorthands for the most common operators.

  /** a + b, broadcast. */
  add = (a: Value, b: Value): Value => this.op('Add', [a, b]);
  /** a - b, broadcast. */
  sub = (a: Value, b: Value): Value => this.op('Sub', [a, b]);
  /** a * b, broadcast. */
  mul = (a: Value, b: Value): Value => this.op('Mul', [a, b]);
  /** a / b, broadcast. */
  div = (a: Value, b: Value): Value => this.op('Div', [a, b]);
  /** -x. */
  neg = (x: Value): Value => this.op('Neg', [x]);
  /** x times a number. */
  scale = (x: Value, factor: number): Value => (factor === 1 ? x : this.mul(x, this.scalar(factor, x.dtype)));
  /** x plus a number. */
  shift = (x: Value, offset: number): Value => (offset === 0 ? x : this.add(x, this.scalar(offset, x.dtype)));
  /** condition ? a : b, broadcast. */
  where = (condition: Value, a: Value, b: Value): Value => this.op('Where', [condition, a, b]);

  /** x in another dtype. */
  cast(x: Value, dtype: DType): Value {
    return x.dtype === dtype ? x : this.op('Cast', [x], { to: ONNX_DATA_TYPE[dtype] });
  }

  /**
   * x in another shape of as many elements. An unchanged first axis is written as "keep", so that a graph with an open
   * batch (writeOnnx) keeps it open.
   */
  reshape(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    const keepsFirst = shape.length > 1 && shape[0] === x.shape[0] && !shape.includes(0);
    return this.op(
      'Reshape',
      [x, this.ints(keepsFirst ? [0, ...shape.slice(1)] : shape)],
      shape.includes(0) ? { allowzero: 1 } : {},
    );
  }

  /** x with axes in the order `perm`. */
  transpose(x: Value, perm: readonly number[]): Value {
    return perm.every((axis, i) => axis === i) ? x : this.op('Transpose', [x], { perm: [...perm] });
  }

  /** x broadcast to a shape. */
  expand(x: Value, shape: Shape): Value {
    return sameShape(x.shape, shape) ? x : this.op('Expand', [x, this.ints(shape)]);
  }

  /** Sum over axes. */
  sum(x: Value, axes: readonly number[], keepdims = true): Value {
    return this.reduce('ReduceSum', x, axes, keepdims);
  }

  /** Mean over axes. */
  mean(x: Value, axes: readonly number[], keepdims = true): Value {
    return this.reduce('ReduceMean', x, axes, keepdims);
  }

  /** Any Reduce* operator over axes. */
  reduce(op: string, x: Value, axes: readonly number[], keepdims = true): Value {
    return this.op(op, [x, this.ints(normalizeAxes(axes, x.shape.length))], { keepdims: keepdims ? 1 : 0 });
  }

  /** Part of x: on each of `axes`, from `starts` to `ends` (exclusive) by `steps`. */
  slice(
    x: Value,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    steps: readonly number[] = axes.map(() => 1),
  ): Value {
    const whole = axes.every((a, i) => starts[i] === 0 && ends[i]! >= x.shape[a]! && steps[i] === 1);
    return whole ? x : this.op('Slice', [x, this.ints(starts), this.ints(ends), this.ints(axes), this.ints(steps)]);
  }

  /** x with zeros before and after each axis; negative pads crop. */
  pad(x: Value, before: readonly number[], after: readonly number[]): Value {
    if ([...before, ...after].every((n) => n === 0)) return x;
    return this.op('Pad', [x, this.ints([...before, ...after])], { mode: 'constant' });
  }

  /** Values side by side on an axis. */
  concat(values: readonly Value[], axis: number): Value {
    return values.length === 1 ? values[0]! : this.op('Concat', values, { axis });
  }

  /** Sums x over the axes along which `shape` was broadcast to x's shape: the transpose of broadcasting. */
  sumTo(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    const lead = x.shape.length - shape.length;
    const axes = x.shape.map((_, i) => i).filter((i) => i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1));
    return this.reshape(axes.length ? this.sum(x, axes) : x, shape);
  }

  #append(node: Node): void {
    for (const output of node.outputs) this.#register(output);
    this.#names.add(node.name);
    this.#nodes.push(node);
    this.#known.set(this.#key(qualifiedName(node), node.inputs, node.attributes, node.outputs.length), node.outputs);
  }

  #register(value: Value): Value {
    if (this.#ids.has(value)) throw new GraphError('name', `${value.name} is in the graph already`);
    this.#names.add(value.name);
    this.#ids.set(value, this.#ids.size);
    return value;
  }

  #value(name: string, dtype: DType, shape: Shape, check: boolean, isConstant?: true): Value {
    if (check && this.#names.has(name)) throw new GraphError('name', `the name ${name} is taken`);
    return this.#register({ name, dtype, shape: [...shape], ...(isConstant && { isConstant }) });
  }

  #claim(name: string): string {
    this.#names.add(name);
    return name;
  }

  #fresh(stem: string): string {
    let name = `${stem}_${this.#counter++}`;
    while (this.#names.has(name)) name = `${stem}_${this.#counter++}`;
    return this.#claim(name);
  }

  #key(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes, outputs: number): string {
    const ids = inputs.map((input) => (input ? this.#ids.get(input) : '-'));
    const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
    return `${op}(${ids})${outputs}${JSON.stringify(sorted, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))}`;
  }
}

function numbered(stem: string, isTaken: (name: string) => boolean): string {
  let name = stem;
  for (let i = 2; isTaken(name); i++) name = `${stem}.${i}`;
  return name;
}
