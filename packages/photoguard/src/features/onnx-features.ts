/*
 * Features of pictures by any network that comes as an ONNX file: its one output, or the one that is named. Maps of
 * features are averaged over their positions.
 */
import { PhotoGuardError } from '../errors.ts';
import type { Rgb8 } from '../metrics/index.ts';
import type { OnnxFile } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { collectFeatures, type FeatureNetwork } from './feature-network.ts';
import { type OnnxDeclaration, openOnnxNetwork } from './onnx-network.ts';

/** What a caller says of an ONNX file that makes features. */
export interface OnnxFeatureOptions extends OnnxDeclaration {
  /** The output to take, [1, dimensions] or [1, channels, height, width]; may be left out where there is one. */
  readonly output?: string;
}

/**
 * The features of an ONNX file.
 * @throws PhotoGuardError `checkpoint` for a file that is no model or cannot be run, `input` for an input or output that it does
 * not have, or of a shape that holds no features
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
