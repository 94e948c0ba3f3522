/*
 * Features of pictures by any network in an ONNX file: its only output, or the one that is named. Feature maps are
 * averaged over positions.
 */
import { PhotoGuardError } from '../errors.ts';
import type { Rgb8 } from '../metrics/index.ts';
import type { OnnxFile } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { collectFeatures, type FeatureNetwork } from './feature-network.ts';
import { type OnnxDeclaration, openOnnxNetwork } from './onnx-network.ts';

/** Options for an ONNX file that computes features. */
export interface OnnxFeatureOptions extends OnnxDeclaration {
  /** The output to use, [1, dimensions] or [1, channels, height, width]; may be left out if there is only one. */
  readonly output?: string;
}

/**
 * The features of an ONNX file.
 * @throws PhotoGuardError `checkpoint` for a file that is not a model or cannot be run, `input` for an input or output
 *   that it does not have, or whose shape is not that of features
 */
export async function onnxFeatures(
  runtime: Runtime,
  file: OnnxFile,
  options: OnnxFeatureOptions,
): Promise<FeatureNetwork> {
  const { output, size } = options;
  const network = await openOnnxNetwork(runtime, file, options, output === undefined ? undefined : [output]);
  const names = network.outputs.map(({ name }) => name);
  if (names.length !== 1)
    throw new PhotoGuardError('input', `${file.label} has several outputs: name one`, { got: names.join(', ') });
  const { shape } = network.outputs[0]!;
  if (!((shape.length === 2 || shape.length === 4) && shape[0] === 1 && shape[1]! > 0)) {
    throw new PhotoGuardError('input', `${file.label}: features are [1, dimensions] or [1, channels, height, width]`, {
      got: `[${shape.join(', ')}]`,
    });
  }
  const dimensions = shape[1]!;
  const what = `output ${names[0]}${shape.length === 4 ? ', mean over positions' : ''}`;
  return {
    name: `${network.name} at ${size.width}x${size.height}, ${what}`,
    async features(pictures: readonly Rgb8[], signal?: AbortSignal) {
      const rows: Float64Array[] = [];
      for (const picture of pictures) rows.push(means((await network.run(picture, signal))[0]!.data, dimensions));
      return collectFeatures(dimensions, rows);
    },
    release: () => network.release(),
  };
}

function means(data: Float32Array, channels: number): Float64Array {
  const positions = data.length / channels;
  return Float64Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let i = channel * positions; i < (channel + 1) * positions; i++) sum += data[i]!;
    return sum / positions;
  });
}
