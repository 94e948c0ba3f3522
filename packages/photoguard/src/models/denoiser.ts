// An editor's denoising network as the rest of the library sees it, whatever its architecture.
import type { GraphBuilder, Value } from 'onnx-grad';

/** What a prediction is made from. */
export interface DenoiserInputs {
  /** Noisy latent, and for inpainting the mask and the masked image's latent: [N, inChannels, h, w]. */
  readonly sample: Value;
  /** {@link Denoiser.timeFeatures} of the timestep: [N, timeWidth], or [1, timeWidth] for all. */
  readonly time: Value;
  /** Hidden states of the text encoders, [N, tokens, textWidth]. */
  readonly textStates: Value;
  /**
   * For denoisers that take more (see {@link Denoiser.added}), as SDXL's does: the embedding of the whole text, and
   * features of a few numbers, [N, width] each.
   */
  readonly added?: { readonly textEmbeds: Value; readonly timeIds: Value };
}

/** What a denoiser takes beside text states and time. */
export interface AddedInputs {
  /** Width of all of it together: the text's embedding, then the features of the numbers. */
  readonly inputDim: number;
  /** Width of the features of one number. */
  readonly timeEmbedDim: number;
}

/** A network that predicts noise (or velocity, or the sample: the scheduler's configuration says which). */
export interface Denoiser {
  /** The class in its config.json. */
  readonly architecture: string;
  /** Channels of its sample: those of a latent, or more if it also takes a mask. */
  readonly inChannels: number;
  /** Channels of its prediction: those of a latent. */
  readonly outChannels: number;
  /** Width of the text states that it takes. */
  readonly textWidth: number;
  /** Numbers that represent a timestep. */
  readonly timeWidth: number;
  /** Side of the latents that it was trained on. */
  readonly latentSide: number;
  /** What it must be given beside text states and time, as SDXL's must; undefined: nothing. */
  readonly added: AddedInputs | undefined;
  /** A timestep as input of the network, [timeWidth]. */
  timeFeatures(timestep: number): Float32Array;
  /** Numbers as the network takes them, [numbers.length * added.timeEmbedDim]. */
  numberFeatures(numbers: readonly number[]): Float32Array;
  /** Writes the prediction, [N, outChannels, h, w]. @throws PhotoGuardError for missing or misshapen weights */
  predict(g: GraphBuilder, inputs: DenoiserInputs): Value;
}
