// The models room: checkpoints and configurations to graphs.
export type { Autoencoder, Posterior } from './autoencoder/autoencoder.ts';
export { AutoencoderKL } from './autoencoder/autoencoder-kl.ts';
export { AutoencoderTiny } from './autoencoder/autoencoder-tiny.ts';
export type { AutoencoderKLConfig, AutoencoderTinyConfig } from './config.ts';
export { parseAutoencoderKLConfig, parseAutoencoderTinyConfig } from './config.ts';
export type { LoadedAutoencoder } from './load-autoencoder.ts';
export { loadAutoencoder } from './load-autoencoder.ts';
export { Checkpoint, openCheckpoint } from './safetensors/checkpoint.ts';
export { fileSource } from './safetensors/file-source.ts';
export type { ByteSource, TensorEntry } from './safetensors/header.ts';
export { readSafetensorsHeader } from './safetensors/header.ts';
export type { TensorStore } from './weights.ts';
