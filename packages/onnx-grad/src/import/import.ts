// Imports a model that another program exported: binds axes to sizes, upgrades older forms, folds shape arithmetic and
// inlines functions, all through GraphBuilder, so that every shape is inferred and checked.
import { GraphBuilder } from '../builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Graph } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import type { ValueInfoProto } from '../onnx/onnx_pb.ts';
import type { Model } from '../onnx/parse.ts';
import { asGraphError, checkFiles, parseModel, readOpsets } from '../onnx/parse.ts';
import type { ExternalFiles } from '../onnx/tensor.ts';
import { readDType, readShape } from '../onnx/tensor.ts';
import { Emitter } from './emitter.ts';
import type { Scope } from './model.ts';
import { functionKey, runGraph } from './model.ts';
import { namedOutputs } from './name-outputs.ts';

/** Options of {@link importOnnx}. */
export interface ImportOptions {
  /** Shapes of inputs by name, for those with dynamic axes; static axes must agree. */
  readonly inputShapes?: Readonly<Record<string, Shape>>;
  /** Sizes of dynamic axes by the names that the model gives them. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Contents of external data files by location; tensors in others stay references. Each must be one of the model's. */
  readonly files?: ExternalFiles;
}

const OLDEST = 7;
const NEWEST = 24;

/**
 * The graph of a foreign ONNX model (opset 7 to 24), with static shapes, in the operators of opset 21. Inputs, weights
 * and outputs keep their names; only what the outputs need is imported.
 * @throws GraphError with the operator and node of what is not supported: see docs/import.md
 */
export function importOnnx(bytes: Uint8Array, options: ImportOptions = {}): Graph {
  return asGraphError('importOnnx', () => buildGraph(parseModel(bytes), options));
}

function buildGraph(model: Model, options: ImportOptions): Graph {
  const opsets = readOpsets(model.opsetImport);
  const version = opsets.get('');
  if (version !== undefined && !(version >= OLDEST && version <= NEWEST))
    throw new GraphError('format', `the model has opset ${version}; importOnnx supports ${OLDEST} to ${NEWEST}`);
  checkFiles(model, options.files ?? {});
  const { graph } = model;
  const initialized = new Set(graph.initializer.map((tensor) => tensor.name));
  // Before IR version 4 initializers were listed as inputs too.
  const inputs = graph.input.filter((info) => !initialized.has(info.name));
  checkNames(inputs, options);
  const g = new GraphBuilder(graph.name || 'graph');
  const scope: Scope = { values: new Map(), opsets, attributes: new Map(), depth: 0, prefix: '' };
  for (const info of inputs) scope.values.set(info.name, g.input(info.name, ...settleType(info, options)));
  const functions = new Map(model.functions.map((f) => [functionKey(f, f.name), f]));
  const context = { e: new Emitter(g), functions, files: options.files ?? {}, count: 0 };
  const results = runGraph(context, graph, scope);
  graph.output.forEach(({ name }, i) => {
    const value = results[i];
    if (!value) throw new GraphError('name', `output ${name} is made by no node`);
    g.output(name, value);
  });
  return namedOutputs(g.build());
}

function checkNames(inputs: readonly ValueInfoProto[], { inputShapes = {}, dims = {} }: ImportOptions): void {
  const names = inputs.map((info) => info.name);
  for (const name of Object.keys(inputShapes))
    if (!names.includes(name)) throw new GraphError('name', `the model has no input ${name}; its inputs: ${names}`);
  const known = inputs.flatMap((info) => readDims(info).flatMap((dim) => (typeof dim === 'string' ? [dim] : [])));
  for (const name of Object.keys(dims))
    if (!known.includes(name))
      throw new GraphError('name', `the model has no dynamic axis ${name}; its dynamic axes: ${[...new Set(known)]}`);
}

// Sizes of an input's axes; names for dynamic ones, '' if they have no name.
function readDims(info: ValueInfoProto): (number | string)[] {
  const type = info.type?.value;
  if (type?.case !== 'tensorType') throw new GraphError('dtype', `input ${info.name} is not a tensor`);
  return (type.value.shape?.dim ?? []).map(({ value }) => {
    if (value.case === 'dimValue') return Number(value.value);
    return value.case === 'dimParam' ? value.value : '';
  });
}

function settleType(
  info: ValueInfoProto,
  { inputShapes = {}, dims = {} }: ImportOptions,
): [ReturnType<typeof readDType>, Shape] {
  const type = info.type?.value;
  const what = `input ${info.name}`;
  const declared = readDims(info);
  const ranked = type?.case === 'tensorType' && type.value.shape !== undefined;
  const given = Object.hasOwn(inputShapes, info.name) ? inputShapes[info.name] : undefined;
  const fits = (shape: Shape): boolean =>
    shape.length === declared.length &&
    shape.every((n, i) => Number.isSafeInteger(n) && (typeof declared[i] === 'string' || declared[i] === n));
  if (given && ranked && !fits(given))
    throw new GraphError('shape', `${what} is [${declared.map((d) => d || '?')}] in the model; [${given}] was given`);
  if (!given && !ranked) throw new GraphError('shape', `${what} has no shape in the model: give inputShapes`);
  const shape =
    given ??
    declared.map((dim) => {
      if (typeof dim === 'number') return dim;
      const size = dim !== '' && Object.hasOwn(dims, dim) ? dims[dim] : undefined;
      if (size !== undefined) return size;
      throw new GraphError(
        'shape',
        `${what} is [${declared.map((d) => d || '?')}]: give dims: { "${dim || '?'}": ... } or ` +
          `inputShapes: { "${info.name}": [...] }`,
      );
    });
  if (!shape.every(Number.isSafeInteger)) throw new GraphError('shape', `${what}: no tensor has the shape [${shape}]`);
  return [readDType(type?.case === 'tensorType' ? type.value.elemType : 0, what), readShape(shape.map(BigInt), what)];
}
