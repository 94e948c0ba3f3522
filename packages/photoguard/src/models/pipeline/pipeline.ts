// An editor on disk: the parts of a diffusers pipeline, whatever its class. One UNet edits in one of two ways: with 4
// input channels it is told of the photo by the noised latent alone, with 9 also by a mask and the masked photo's latent.
import { PhotoGuardError } from '../../errors.ts';
import type { Autoencoder } from '../autoencoder/autoencoder.ts';
import type { CLIPTokenizer } from '../clip/tokenizer.ts';
import type { Denoiser } from '../denoiser.ts';
import type { TextEncoder } from '../text-encoder.ts';

/** A pipeline's parts. */
export interface Pipeline {
  /** What people call it in messages. */
  readonly label: string;
  readonly autoencoder: Autoencoder;
  readonly unet: Denoiser;
  readonly textEncoder: TextEncoder;
  readonly tokenizer: CLIPTokenizer;
  /** The object in scheduler_config.json. */
  readonly schedulerConfig: unknown;
  /** Whether the UNet takes mask and masked latent beside the noisy latent (9 channels for a latent of 4). */
  readonly inpaints: boolean;
  /** The longer side of the photos that it was trained on, in pixels. */
  readonly trainedSide: number;
}

/** A pipeline of parts that fit each other. @throws PhotoGuardError `config` for parts that do not */
export function assemblePipeline(parts: Omit<Pipeline, 'inpaints' | 'trainedSide'>): Pipeline {
  const { label, autoencoder, unet, textEncoder, tokenizer } = parts;
  const { inChannels, outChannels, textWidth, latentSide } = unet;
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
  if (unet.takesSizes)
    throw mismatch('the pipeline must be of Stable Diffusion 1 or 2', 'a UNet with the size embedding of SDXL');
  if (textWidth !== textEncoder.width)
    throw mismatch(`the UNet takes text states ${textWidth} wide`, `${textEncoder.width}`);
  if (tokenizer.maxTokens > textEncoder.maxTokens || tokenizer.vocabSize > textEncoder.vocabSize)
    throw mismatch(
      `the text encoder knows ${textEncoder.vocabSize} tokens, ${textEncoder.maxTokens} in a text`,
      `a tokenizer of ${tokenizer.vocabSize}, ${tokenizer.maxTokens} in a text`,
    );
  return { ...parts, inpaints, trainedSide: latentSide * factor };
}
