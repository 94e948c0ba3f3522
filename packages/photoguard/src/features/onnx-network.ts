/*
 * A network from an ONNX file, which says of its input only a shape: what the input is called, its size and its
 * normalisation are for the caller to declare. Its outputs are taken as they are; a layer in the middle is one only if
 * the file lists it among its outputs.
 */
import type { Graph, Shape } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Rgb8 } from '../metrics/index.ts';
import { type OnnxFile, readOnnxGraph } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { type NetworkInput, networkPixels } from './network-input.ts';

/** What a caller says of an ONNX file. */
export interface OnnxDeclaration extends NetworkInput {
  /** Name of the input that takes pictures, [1, 3, height, width]. */
  readonly input: string;
  /** Name for reports; default the file's name. */
  readonly name?: string;
}

/** A tensor that a network gives for a picture. */
export interface NetworkOutput {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** A network of which some outputs are taken. */
export interface OnnxNetwork {
  readonly name: string;
  /** Name and shape of what is taken. */
  readonly outputs: readonly Pick<NetworkOutput, 'name' | 'shape'>[];
  run(picture: Rgb8, signal?: AbortSignal): Promise<NetworkOutput[]>;
  release(): Promise<void>;
}

/**
 * Reads a network; `wanted` are outputs of the file, or all of them where it is undefined.
 * @throws PhotoGuardError `checkpoint` for a file that is no model or has operators that are not supported (its cause
 * names them), `input` for an input or output that it does not have
 */
export async function openOnnxNetwork(
  runtime: Runtime,
  file: OnnxFile,
  declared: OnnxDeclaration,
  wanted?: readonly string[],
): Promise<OnnxNetwork> {
  const graph = await read(file, declared);
  const known = graph.outputs.map(({ name }) => name);
  const missing = wanted?.find((name) => !known.includes(name));
  if (missing !== undefined) {
    throw new PhotoGuardError('input', `${file.label} has no output ${missing}`, {
      hint: `its outputs: ${known.join(', ')}`,
    });
  }
  const outputs = (wanted ?? known).map((name) => graph.outputs.find((output) => output.name === name)!);
  const other = outputs.find(({ value }) => value.dtype !== 'float32');
  if (other) {
    throw new PhotoGuardError('input', `${file.label}: output ${other.name} is not of float32`, {
      got: other.value.dtype,
    });
  }
  const taken: Graph = { ...graph, outputs };
  const programs = runtime.programs.lease();
  const shapes = outputs.map(({ name, value: { shape } }) => ({ name, shape }));
  return {
    name: declared.name ?? file.label.replace(/^.*[\\/]/, ''),
    outputs: shapes,
    async run(picture, signal) {
      const results = await programs.run(taken, { [declared.input]: networkPixels(picture, declared) }, { signal });
      return shapes.map(({ name, shape }) => ({ name, shape, data: results[name] as Float32Array }));
    },
    release: () => programs.release(),
  };
}

async function read(file: OnnxFile, { input, size }: OnnxDeclaration): Promise<Graph> {
  const graph = await readOnnxGraph(file, 'checkpoint', { inputShapes: { [input]: [1, 3, size.height, size.width] } });
  const others = graph.inputs.filter(({ name }) => name !== input).map(({ name }) => name);
  if (others.length > 0)
    throw new PhotoGuardError('input', `${file.label} has further inputs, and only pictures can be given`, {
      got: others.join(', '),
    });
  return graph;
}
