// What the rest of the library knows of the network that an editor denoises with, whichever architecture it has.
import type { GraphBuilder, Value } from 'onnx-grad';

/** What a prediction is made from. */
export interface DenoiserInputs {
  /** Noisy latent, and for inpainting the mask and the masked image's latent: [N, inChannels, h, w]. */
  readonly sample: Value;
  /** {@link Denoiser.timeFeatures} of the timestep: [N, timeWidth], or [1, timeWidth] for all. */
  readonly time: Value;
  /** Hidden states of the text encoder, [N, tokens, textWidth]. */
  readonly textStates: Value;
}

/** A network that predicts noise (or velocity, or the sample: the scheduler's configuration says which). */
export interface Denoiser {
  /** The class in its config.json. */
  readonly architecture: string;
  /** Channels of its sample: a latent's, or more where it is given a mask too. */
  readonly inChannels: number;
  /** Channels of its prediction: a latent's. */
  readonly outChannels: number;
  /** Width of the text states that it takes. */
  readonly textWidth: number;
  /** Numbers that a timestep is given as. */
  readonly timeWidth: number;
  /** Side of the latents that it was trained on. */
  readonly latentSide: number;
  /** Whether it must be given the sizes of pictures too, as SDXL's is; the pipelines here have none to give. */
  readonly takesSizes: boolean;
  /** A timestep as the network takes it, [timeWidth]. */
  timeFeatures(timestep: number): Float32Array;
  /** Writes the prediction, [N, outChannels, h, w]. @throws PhotoGuardError for missing or misshapen weights */
  predict(g: GraphBuilder, inputs: DenoiserInputs): Value;
}
