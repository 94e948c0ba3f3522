// An editor on disk: the parts of a diffusers pipeline, whatever its class. One UNet edits in one of two ways: with 4
// input channels it is told of the photo by the noised latent alone, with 9 also by a mask and the masked photo's latent.
import { PhotoGuardError } from '../../errors.ts';
import type { Autoencoder } from '../autoencoder/autoencoder.ts';
import type { CLIPTextModel } from '../clip/text-model.ts';
import type { CLIPTokenizer } from '../clip/tokenizer.ts';
import type { UNet2DConditionModel } from '../unet/unet2d-condition-model.ts';

/** A pipeline's parts. */
export interface Pipeline {
  /** What people call it in messages. */
  readonly label: string;
  readonly autoencoder: Autoencoder;
  readonly unet: UNet2DConditionModel;
  readonly textEncoder: CLIPTextModel;
  readonly tokenizer: CLIPTokenizer;
  /** The object in scheduler_config.json. */
  readonly schedulerConfig: unknown;
  /** Whether the UNet takes mask and masked latent beside the noisy latent (9 channels for a latent of 4). */
  readonly inpaints: boolean;
  /** The longer side of the photos that it was trained on, in pixels. */
  readonly trainedSide: number;
}

/** A pipeline of parts that fit each other. @throws PhotoGuardError `config` for parts that do not */
export function pipelineOf(parts: Omit<Pipeline, 'inpaints' | 'trainedSide'>): Pipeline {
  const { label, autoencoder, unet, textEncoder, tokenizer } = parts;
  const { inChannels, outChannels, crossAttentionDim, sampleSize } = unet.config;
  const { latentChannels, factor } = autoencoder;
  const mismatch = (what: string, got: string): PhotoGuardError =>
    new PhotoGuardError('config', `${label}: ${what}`, {
      got,
      hint: 'the parts do not belong together, or the pipeline is of a kind that is not built',
    });
  const inpaints = inChannels === 2 * latentChannels + 1;
  if (inChannels !== latentChannels && !inpaints)
    throw mismatch(
      `the UNet must take ${latentChannels} channels, or ${2 * latentChannels + 1} for inpainting`,
      `${inChannels}`,
    );
  if (outChannels !== latentChannels)
    throw mismatch(`the UNet must give the autoencoder's ${latentChannels} channels`, `${outChannels}`);
  if (unet.config.added)
    throw mismatch('the pipeline must be of Stable Diffusion 1 or 2', 'a UNet with the size embedding of SDXL');
  if (crossAttentionDim !== textEncoder.config.hiddenSize)
    throw mismatch(`the UNet takes text states ${crossAttentionDim} wide`, `${textEncoder.config.hiddenSize}`);
  if (tokenizer.maxTokens > textEncoder.config.maxTokens || tokenizer.vocabSize > textEncoder.config.vocabSize)
    throw mismatch(
      `the text encoder knows ${textEncoder.config.vocabSize} tokens, ${textEncoder.config.maxTokens} in a text`,
      `a tokenizer of ${tokenizer.vocabSize}, ${tokenizer.maxTokens} in a text`,
    );
  return { ...parts, inpaints, trainedSide: sampleSize * factor };
}
