/*
 * A network from an ONNX file. The file states only the shape of its input, so the caller gives the input's name, size
 * and normalisation. Its outputs are used as they are; an inner layer can be used only if the file lists it as an
 * output.
 */
import type { Graph, Shape } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Rgb8 } from '../metrics/index.ts';
import { type OnnxFile, readOnnxGraph } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { type NetworkInput, networkPixels } from './network-input.ts';

/** Options for an ONNX file. */
export interface OnnxDeclaration extends NetworkInput {
  /** Name of the input that takes pictures, [1, 3, height, width]. */
  readonly input: string;
  /** Name for reports; default the file's name. */
  readonly name?: string;
}

/** A network's output for a picture. */
export interface NetworkOutput {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** A network with selected outputs. */
export interface OnnxNetwork {
  readonly name: string;
  /** Names and shapes of the selected outputs. */
  readonly outputs: readonly Pick<NetworkOutput, 'name' | 'shape'>[];
  run(picture: Rgb8, signal?: AbortSignal): Promise<NetworkOutput[]>;
  release(): Promise<void>;
}

/**
 * Reads a network; `wanted` lists outputs of the file; undefined means all.
 * @throws PhotoGuardError `checkpoint` for a file that is not a model or has unsupported operators (the cause names
 *   them), `input` for an input or output that it does not have
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
    throw new PhotoGuardError('input', `${file.label}: output ${other.name} is not float32`, {
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
    throw new PhotoGuardError('input', `${file.label} has other inputs, but only pictures can be given`, {
      got: others.join(', '),
    });
  return graph;
}
