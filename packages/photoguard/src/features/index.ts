/*
 * Features of pictures by networks, for distances between sets of pictures and for similarities beyond pixels: an
 * autoencoder's encoder, any ONNX file, CLIP. Every result includes the network's name.
 */
export { type CLIPNetwork, clipNetwork, planClip } from './clip-network.ts';
export { encoderFeatures, planEncoderFeatures } from './encoder-features.ts';
export type { FeatureNetwork } from './feature-network.ts';
export type { NetworkInput, Triple } from './network-input.ts';
export { type OnnxFeatureOptions, onnxFeatures } from './onnx-features.ts';
export type { OnnxDeclaration } from './onnx-network.ts';
export {
  type PerceptualDistance,
  type PerceptualNetwork,
  type PerceptualOptions,
  perceptualNetwork,
} from './perceptual-distance.ts';
