/*
 * A perceptual distance in the style of LPIPS (Zhang et al. 2018, eq. 1): maps of features at several layers of a
 * network, each position's features scaled to length 1, the squared difference of the two pictures weighted by channel,
 * averaged over positions, summed over layers. It is named after the network, since distances by different networks
 * cannot be compared or converted; it is LPIPS only with that paper's network and weights.
 */
import { PhotoGuardError } from '../errors.ts';
import { type Rgb8, requireComparable } from '../metrics/index.ts';
import type { OnnxFile } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { type NetworkOutput, type OnnxDeclaration, type OnnxNetwork, openOnnxNetwork } from './onnx-network.ts';

/** Options for an ONNX file whose layers are compared. */
export interface PerceptualOptions extends OnnxDeclaration {
  /** Outputs of the file, each [1, channels, height, width]; default all. */
  readonly layers?: readonly string[];
  /** Weights of the channels by layer (LPIPS' `lin`); default 1 for every channel. */
  readonly weights?: Readonly<Record<string, ArrayLike<number>>>;
}

/** A distance and the network that measured it. */
export interface PerceptualDistance {
  /** 0 for equal pictures, lower is more alike. */
  readonly distance: number;
  /** What each layer adds. */
  readonly layers: readonly { readonly name: string; readonly distance: number }[];
  /** The network, its size and whether channels were weighted. */
  readonly network: string;
}

/** Measures perceptual distances by one network. */
export interface PerceptualNetwork {
  readonly name: string;
  /** @throws PhotoGuardError `input` for pictures of different size, `aborted`, `device`, `memory` */
  distance(reference: Rgb8, distorted: Rgb8, signal?: AbortSignal): Promise<PerceptualDistance>;
  /** Frees the network. */
  release(): Promise<void>;
}

const EPSILON = 1e-10; // LPIPS adds it to the length

/**
 * A network whose layers are compared.
 * @throws PhotoGuardError `checkpoint` for a file that is not a model or cannot be run, `input` for layers that it does
 *   not have, that are not maps, or whose number of weights differs
 */
export async function perceptualNetwork(
  runtime: Runtime,
  file: OnnxFile,
  options: PerceptualOptions,
): Promise<PerceptualNetwork> {
  const { layers, weights = {}, size } = options;
  const network = await openOnnxNetwork(runtime, file, options, layers);
  requireMaps(file, network, weights);
  const weighed = Object.keys(weights).length > 0 ? 'channels weighed' : 'channels not weighed';
  const name = `${network.name} at ${size.width}x${size.height}, ${network.outputs.length} layers, ${weighed}`;
  return {
    name,
    async distance(reference, distorted, signal) {
      requireComparable(reference, distorted);
      const [a, b] = [await network.run(reference, signal), await network.run(distorted, signal)];
      const parts = a.map((one, i) => ({ name: one.name, distance: layerDistance(one, b[i]!, weights[one.name]) }));
      return { distance: parts.reduce((sum, { distance }) => sum + distance, 0), layers: parts, network: name };
    },
    release: () => network.release(),
  };
}

function requireMaps(
  file: OnnxFile,
  { outputs }: OnnxNetwork,
  weights: Readonly<Record<string, ArrayLike<number>>>,
): void {
  for (const { name, shape } of outputs) {
    if (shape.length !== 4 || shape[0] !== 1)
      throw new PhotoGuardError('input', `${file.label}: layer ${name} is not a map [1, channels, height, width]`, {
        got: `[${shape.join(', ')}]`,
      });
  }
  for (const [name, values] of Object.entries(weights)) {
    const channels = outputs.find((output) => output.name === name)?.shape[1];
    if (channels === values.length) continue;
    throw new PhotoGuardError(
      'input',
      channels === undefined ? `weights of a layer that is not compared` : `layer ${name} takes ${channels} weights`,
      { got: channels === undefined ? name : String(values.length) },
    );
  }
}

function layerDistance(a: NetworkOutput, b: NetworkOutput, weights: ArrayLike<number> | undefined): number {
  const [, channels, height, width] = a.shape as [number, number, number, number];
  const positions = height * width;
  const [lengthsA, lengthsB] = [lengths(a.data, positions), lengths(b.data, positions)];
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) {
    const weight = weights?.[channel] ?? 1;
    for (let p = 0, i = channel * positions; p < positions; p++, i++) {
      const difference = a.data[i]! / lengthsA[p]! - b.data[i]! / lengthsB[p]!;
      sum += weight * difference * difference;
    }
  }
  return sum / positions;
}

// Euclidean length of the features at each position.
function lengths(data: Float32Array, positions: number): Float64Array {
  const squares = new Float64Array(positions);
  for (let i = 0; i < data.length; i++) squares[i % positions]! += data[i]! * data[i]!;
  return squares.map((value) => Math.sqrt(value) + EPSILON);
}
