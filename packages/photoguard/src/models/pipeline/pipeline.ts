// An editor on disk: the parts of a diffusers pipeline, whatever its class. The channels that its UNet takes say how it
// is told of the photo: as many as a latent has by the noised latent alone; twice as many and one also by a mask and the
// masked photo's latent (inpainting); twice as many by the photo's own latent (InstructPix2Pix).
import { PhotoGuardError } from '../../errors.ts';
import type { Autoencoder } from '../autoencoder/autoencoder.ts';
import type { CLIPTokenizer } from '../clip/tokenizer.ts';
import type { Denoiser } from '../denoiser.ts';
import type { TextEncoder } from '../text-encoder.ts';
import type { XLSettings } from './parts.ts';

export type { XLSettings } from './parts.ts';

/** A text encoder and the tokenizer that reads prompts for it. */
export interface PromptEncoder {
  /** Its folder, for messages. */
  readonly folder: string;
  readonly textEncoder: TextEncoder;
  readonly tokenizer: CLIPTokenizer;
}

/** What of the photo a UNet takes beside the noisy latent. */
export type PhotoInput = 'nothing' | 'masked' | 'photo';

/** Parts of a pipeline. */
export interface PipelineParts {
  /** Its name in messages. */
  readonly label: string;
  readonly autoencoder: Autoencoder;
  readonly unet: Denoiser;
  /** One, or SDXL's two, of its refiner the second. A prompt's states are those of all of them, side by side. */
  readonly texts: readonly PromptEncoder[];
  /** Of SDXL alone. */
  readonly xl?: XLSettings;
  /** The object in scheduler_config.json. */
  readonly schedulerConfig: unknown;
}

/** A pipeline's parts, and what follows from them. */
export interface Pipeline extends PipelineParts {
  readonly photoInput: PhotoInput;
  /** Whether the UNet takes mask and masked latent beside the noisy latent (9 channels for a latent of 4). */
  readonly inpaints: boolean;
  /** The longer side of the photos that it was trained on, in pixels. */
  readonly trainedSide: number;
}

/** Numbers that SDXL is told: original size, crop and target size, two each; its refiner a score instead of the last. */
const countNumbers = ({ aestheticScores }: XLSettings): number => (aestheticScores ? 5 : 6);

/** A pipeline from its parts. @throws PhotoGuardError `config` if they do not fit together */
export function assemblePipeline(parts: PipelineParts): Pipeline {
  const { label, autoencoder, unet, texts } = parts;
  const { latentChannels, factor } = autoencoder;
  const mismatch = (what: string, got: string): PhotoGuardError =>
    new PhotoGuardError('config', `${label}: ${what}`, {
      got,
      hint: 'the parts do not belong together, or the pipeline is of a kind that is not supported',
    });
  const photoInput = findPhotoInput(unet, latentChannels);
  if (!photoInput)
    throw mismatch(
      `the UNet must take ${latentChannels} channels, ${2 * latentChannels + 1} for inpainting, or ${2 * latentChannels} as InstructPix2Pix's does`,
      `${unet.inChannels}`,
    );
  if (photoInput === 'photo' && parts.xl)
    throw mismatch('InstructPix2Pix is built for Stable Diffusion 1 and 2 only', 'one of SDXL');
  if (unet.outChannels !== latentChannels)
    throw mismatch(`the UNet must return the autoencoder's ${latentChannels} channels`, `${unet.outChannels}`);
  checkAdded(parts, mismatch);
  const width = texts.reduce((sum, { textEncoder }) => sum + textEncoder.width, 0);
  if (unet.textWidth !== width) throw mismatch(`the UNet takes text states ${unet.textWidth} wide`, `${width}`);
  for (const { folder, tokenizer, textEncoder } of texts)
    if (tokenizer.maxTokens > textEncoder.maxTokens || tokenizer.vocabSize > textEncoder.vocabSize)
      throw mismatch(
        `the ${folder} knows ${textEncoder.vocabSize} tokens, ${textEncoder.maxTokens} in a text`,
        `a tokenizer of ${tokenizer.vocabSize}, ${tokenizer.maxTokens} in a text`,
      );
  if (new Set(texts.map(({ tokenizer }) => tokenizer.maxTokens)).size > 1)
    throw mismatch('the tokenizers must give as many tokens each', texts.map((t) => t.tokenizer.maxTokens).join(', '));
  return { ...parts, photoInput, inpaints: photoInput === 'masked', trainedSide: unet.latentSide * factor };
}

function findPhotoInput({ inChannels }: Denoiser, latentChannels: number): PhotoInput | undefined {
  if (inChannels === latentChannels) return 'nothing';
  if (inChannels === 2 * latentChannels + 1) return 'masked';
  return inChannels === 2 * latentChannels ? 'photo' : undefined;
}

// SDXL's UNet is told the embedding of the whole text and some numbers; other UNets neither.
function checkAdded(
  { unet, texts, xl }: PipelineParts,
  mismatch: (what: string, got: string) => PhotoGuardError,
): void {
  if (!xl) {
    if (unet.added) throw mismatch('the UNet is one of SDXL', 'a pipeline that is not');
    return;
  }
  if (!unet.added) throw mismatch('the UNet of SDXL takes sizes and the embedding of the text', 'one that does not');
  const last = texts.at(-1)!;
  const embedding = last.textEncoder.embeddingWidth;
  if (embedding === undefined)
    throw mismatch(`the ${last.folder} must be a CLIPTextModelWithProjection`, 'one without a projection');
  const { inputDim, timeEmbedDim } = unet.added;
  const width = embedding + countNumbers(xl) * timeEmbedDim;
  if (inputDim !== width)
    throw mismatch(
      `the UNet takes ${inputDim} numbers beside the text states`,
      `${width}: ${embedding} of the text, ${countNumbers(xl)} times ${timeEmbedDim} of sizes${xl.aestheticScores ? ' and score' : ''}`,
    );
}
