/*
 * A small AutoencoderTiny, made on the spot, so that tests of the hub need no download: 0.5 MB, two resolutions, weights
 * that mean nothing but are different everywhere, so that misplaced bytes are noticed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { float32, type RawTensor, safetensors } from './safetensors.ts';

const CHANNELS = 32;

/** Its configuration, as diffusers writes it. */
export const TINY_CONFIG = {
  _class_name: 'AutoencoderTiny',
  encoder_block_out_channels: [CHANNELS, CHANNELS],
  decoder_block_out_channels: [CHANNELS, CHANNELS],
  num_encoder_blocks: [1, 1],
  num_decoder_blocks: [1, 1],
  latent_channels: 4,
};

/** Its weights by diffusers' names. Another seed gives others of the same shapes. */
export function tinyTensors(seed = 1): Record<string, RawTensor> {
  const tensors: Record<string, RawTensor> = {};
  let state = seed;
  const put = (name: string, shape: number[]): void => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 32 - 0.5) / 10;
    });
    tensors[name] = float32(shape, values);
  };
  const conv = (name: string, from: number, to: number, bias = true): void => {
    put(`${name}.weight`, [to, from, 3, 3]);
    if (bias) put(`${name}.bias`, [to]);
  };
  const block = (name: string): void => {
    for (const i of [0, 2, 4]) conv(`${name}.conv.${i}`, CHANNELS, CHANNELS);
  };
  conv('encoder.layers.0', 3, CHANNELS);
  block('encoder.layers.1');
  conv('encoder.layers.2', CHANNELS, CHANNELS, false);
  block('encoder.layers.3');
  conv('encoder.layers.4', CHANNELS, 4);
  conv('decoder.layers.0', 4, CHANNELS);
  block('decoder.layers.2');
  conv('decoder.layers.4', CHANNELS, CHANNELS, false);
  block('decoder.layers.5');
  conv('decoder.layers.6', CHANNELS, 3);
  return tensors;
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** The files of a repository that holds the model as diffusers lays it out. */
export const tinyRepository = (seed = 1): Record<string, string | Uint8Array> => ({
  'config.json': JSON.stringify(TINY_CONFIG),
  'diffusion_pytorch_model.safetensors': safetensors(tinyTensors(seed)),
});
