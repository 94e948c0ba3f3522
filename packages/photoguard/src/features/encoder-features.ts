/*
 * Features of pictures from an autoencoder's encoder, for lack of a network trained to compare pictures: the latent's
 * mean and standard deviation, per channel, in the cells of a coarse grid. They describe a picture in a few dozen
 * numbers, so that sets of tens of pictures give meaningful distances. They see colour, brightness, contrast and
 * texture; it knows nothing of objects, and its Fréchet distance is not FID.
 */
import { GraphBuilder, type MemoryPlan, planMemory } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import type { Rgb8 } from '../metrics/index.ts';
import type { Autoencoder } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { toSigned, View } from '../view/index.ts';
import { collectFeatures, type FeatureNetwork } from './feature-network.ts';

const GRID = 2;
const SIZE: Size = { width: 256, height: 256 };

/**
 * The program of {@link encoderFeatures}, and the memory that it takes.
 * @throws PhotoGuardError `input` for a size that the encoder cannot take
 */
export function planEncoderFeatures(ref: string, autoencoder: Autoencoder, size: Size = SIZE): MemoryPlan {
  const { width, height } = size;
  const { factor } = autoencoder;
  if ([width, height].some((side) => side % factor !== 0 || side < GRID * factor)) {
    throw new PhotoGuardError('input', `features of ${ref} need both sides to be a multiple of ${factor}`, {
      got: `${width}x${height}`,
      hint: `at least ${GRID * factor}x${GRID * factor}`,
    });
  }
  const g = new GraphBuilder('encoder_features');
  const image = g.input('image', 'float32', [1, 3, height, width]);
  const { mean } = autoencoder.encode(g, toSigned(g, image));
  // As the editor's UNet sees it: about unit variance for every model.
  g.output('latent', g.scale(g.shift(mean, -autoencoder.shiftFactor), autoencoder.scalingFactor));
  return planMemory(g.build());
}

/**
 * The features of an autoencoder's encoder, 8 for each channel of its latent.
 * @param ref the user's name of the model, for the name of the features
 * @param size what pictures are resized to, both sides multiples of the encoder's factor; default 256x256
 * @throws PhotoGuardError `input` for a size that the encoder cannot take
 */
export function encoderFeatures(
  runtime: Runtime,
  ref: string,
  autoencoder: Autoencoder,
  size: Size = SIZE,
): FeatureNetwork {
  const { width, height } = size;
  const { factor, latentChannels: channels } = autoencoder;
  const { graph } = planEncoderFeatures(ref, autoencoder, size);
  const programs = runtime.programs.lease();
  const grid = { width: width / factor, height: height / factor };
  return {
    name: `encoder of ${ref} at ${width}x${height}, mean and standard deviation of latents over ${GRID}x${GRID} cells`,
    async features(pictures: readonly Rgb8[], signal?: AbortSignal) {
      const rows: Float64Array[] = [];
      for (const picture of pictures) {
        const image = new View({ photo: picture, size }).exact({ ...picture, channels: 3 });
        const { latent } = await programs.run(graph, { image: image.data }, { signal });
        rows.push(pooled(latent as Float32Array, channels, grid));
      }
      return collectFeatures(2 * GRID * GRID * channels, rows);
    },
    release: () => programs.release(),
  };
}

// Mean and standard deviation of each channel in each cell.
function pooled(latent: Float32Array, channels: number, { width, height }: Size): Float64Array {
  const out = new Float64Array(2 * GRID * GRID * channels);
  let at = 0;
  const edge = (length: number, cell: number): number => Math.round((length * cell) / GRID);
  for (let channel = 0; channel < channels; channel++) {
    for (let cell = 0; cell < GRID * GRID; cell++) {
      const [row, column] = [Math.floor(cell / GRID), cell % GRID];
      let [count, sum, squares] = [0, 0, 0];
      for (let y = edge(height, row); y < edge(height, row + 1); y++) {
        for (let x = edge(width, column); x < edge(width, column + 1); x++) {
          const value = latent[(channel * height + y) * width + x]!;
          count++;
          sum += value;
          squares += value * value;
        }
      }
      const mean = sum / count;
      out[at++] = mean;
      out[at++] = Math.sqrt(Math.max(0, squares / count - mean * mean));
    }
  }
  return out;
}
