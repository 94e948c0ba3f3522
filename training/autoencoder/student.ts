// The architecture of the small autoencoder: its teacher's (an AutoencoderTiny) with fewer blocks where pictures are
// large, since most time is spent there. The remaining blocks begin with the teacher's weights.
import type { AutoencoderTinyConfig, Checkpoint } from 'photoguard/models';
import type { Initialise } from 'photoguard/training';

/** Blocks per stage: the encoder's from the largest picture down, the decoder's from the smallest up. */
export interface Blocks {
  readonly encoder: readonly number[];
  readonly decoder: readonly number[];
}

/** Two of the three blocks at half the picture's size are left out, on both sides. */
export const STUDENT_BLOCKS: Blocks = { encoder: [1, 1, 3, 3], decoder: [3, 3, 1, 1] };

/** diffusers' config.json of a student of this teacher. */
export const studentConfig = (teacher: AutoencoderTinyConfig, { encoder, decoder }: Blocks) => ({
  _class_name: 'AutoencoderTiny',
  act_fn: teacher.actFn,
  in_channels: 3,
  out_channels: 3,
  latent_channels: teacher.latentChannels,
  encoder_block_out_channels: teacher.encoderBlockOutChannels,
  decoder_block_out_channels: teacher.decoderBlockOutChannels,
  num_encoder_blocks: encoder,
  num_decoder_blocks: decoder,
  latent_magnitude: 3,
  latent_shift: 0.5,
  force_upcast: false,
  scaling_factor: teacher.scalingFactor,
  upsampling_scaling_factor: 2,
  upsample_fn: 'nearest',
});

/** Initial values of a student: the teacher's weights, for each stage the first blocks. */
export async function fromTeacher(
  checkpoint: Checkpoint,
  teacher: AutoencoderTinyConfig,
  student: Blocks,
): Promise<Initialise> {
  const layers = {
    encoder: teachersLayers(teacher.numEncoderBlocks, student.encoder, encoderStage),
    decoder: teachersLayers(teacher.numDecoderBlocks, student.decoder, decoderStage),
  };
  const values = new Map<string, Float32Array>();
  for (const name of checkpoint.names()) values.set(name, await checkpoint.readTensor(name));
  return (name) => {
    const [, side, layer, rest] = /^(encoder|decoder)\.layers\.(\d+)\.(.*)$/.exec(name) ?? [];
    const found = values.get(`${side}.layers.${layers[side as 'encoder']?.[Number(layer)]}.${rest}`);
    if (!found) throw new Error(`the teacher has nothing for ${name}`);
    return found;
  };
}

/** Layers of a stage before and after its blocks; `last`: the decoder's does not upsample. */
type Stage = (last: boolean) => { readonly before: number; readonly after: number };
const encoderStage: Stage = () => ({ before: 1, after: 0 });
const decoderStage: Stage = (last) => ({ before: 0, after: last ? 1 : 2 });

// The teacher's layer number for each layer of the student. The encoder ends with a convolution; the decoder begins
// with one and an activation.
function teachersLayers(teacher: readonly number[], student: readonly number[], stage: Stage): number[] {
  const layers: number[] = [];
  let at = 0;
  const take = (count: number): void => {
    for (let i = 0; i < count; i++) layers.push(at++);
  };
  if (stage === decoderStage) take(2);
  teacher.forEach((blocks, i) => {
    const { before, after } = stage(i === teacher.length - 1);
    take(before);
    take(student[i]!);
    at += blocks - student[i]!;
    take(after);
  });
  if (stage === encoderStage) take(1);
  return layers;
}
