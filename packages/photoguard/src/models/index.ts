/*
 * The models room: configurations and weights to graphs. Nothing here touches a file, so a page can use it: a model is
 * built from the object in its config.json and a checkpoint that is read from bytes or a Blob. Models in files and on the
 * hub: `photoguard/models/node`.
 */
export type { Autoencoder, Encoder } from './autoencoder/autoencoder.ts';
export { AutoencoderKLWan } from './autoencoder/autoencoder-kl-wan.ts';
export { AutoencoderTiny } from './autoencoder/autoencoder-tiny.ts';
export { parseSurrogateConfig, type SurrogateConfig, type SurrogateSpace } from './autoencoder/surrogate-config.ts';
export { SurrogateEncoder } from './autoencoder/surrogate-encoder.ts';
export type { TokenizerFiles } from './clip/build-tokenizer.ts';
export { CLIPModel } from './clip/clip-model.ts';
export { parseCLIPTextConfig } from './clip/config.ts';
export { CLIPTextModel, pooledPosition } from './clip/text-model.ts';
export { CLIPTokenizer } from './clip/tokenizer.ts';
export type { AutoencoderTinyConfig } from './config.ts';
export { parseAutoencoderTinyConfig } from './config.ts';
export type { Denoiser, DenoiserInputs } from './denoiser.ts';
export { Immunizer } from './immunizer/immunizer.ts';
export { type ImmunizerConfig, parseImmunizerConfig } from './immunizer/immunizer-config.ts';
export { type OnnxFile, readOnnxGraph } from './onnx-file.ts';
export type { PhotoInput, Pipeline, PipelineParts, PromptEncoder, XLSettings } from './pipeline/pipeline.ts';
export { assemblePipeline } from './pipeline/pipeline.ts';
export { buildAutoencoder, buildDenoiser, buildTextEncoder, buildTokenizer } from './registry.ts';
export type { ByteSource } from './safetensors/byte-source.ts';
export { blobSource, bytesSource } from './safetensors/byte-source.ts';
export { Checkpoint, readCheckpoint } from './safetensors/checkpoint.ts';
export { readSafetensorsHeader } from './safetensors/header.ts';
export { layOut } from './safetensors/layout.ts';
export { floatToHalf, writeSafetensors } from './safetensors/write.ts';
export type { TextEncoder } from './text-encoder.ts';
export { parseUNetConfig } from './unet/config.ts';
export { timeProjection } from './unet/time-embedding.ts';
export { UNet2DConditionModel } from './unet/unet2d-condition-model.ts';
export type { TensorStore } from './weights.ts';
