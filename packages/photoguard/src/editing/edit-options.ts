// Options of an edit; the defaults are those of diffusers.
import type { Mask } from '../image/index.ts';
import type { EditNoise } from './noise.ts';

/** Options of an edit. */
export interface EditOptions {
  readonly prompt: string;
  /**
   * What guidance leads away from. Default: nothing, which to most editors is an empty text. To SDXL it is not: without
   * a negative prompt it leads away from zeros, with an empty one from an empty text.
   */
  readonly negativePrompt?: string;
  /** White is repainted. The model's size. Default: img2img for a UNet with 4 channels, the whole photo with 9. */
  readonly mask?: Mask;
  /**
   * Share of the steps that is run: 0 leaves the photo alone, 1 begins at noise. Default 0.7, with a mask 1, or with
   * SDXL 0.9999. InstructPix2Pix always begins at noise.
   */
  readonly strength?: number;
  /** Denoising steps at strength 1. Default 50. */
  readonly steps?: number;
  /** Classifier-free guidance; 1 or less means none. Default 7.5. */
  readonly guidance?: number;
  /** InstructPix2Pix alone: how much of the photo is kept; less than 1 turns guidance off. Default 1.5. */
  readonly imageGuidance?: number;
  /** DDIM's share of fresh noise, 0 to 1. Default 0. */
  readonly eta?: number;
  /** A class of diffusers. Default: the pipeline's own. */
  readonly scheduler?: string;
  /** Layers of the text encoder to leave out for the prompt, from the last. Default 0. */
  readonly clipSkip?: number;
  /** What SDXL alone is told. Default: as diffusers tells it. */
  readonly xl?: XLWording;
  readonly noise: EditNoise;
}

/** Height and width, or top and left, in pixels. */
export type HeightWidth = readonly [number, number];

/** What SDXL is told beside the prompts. */
export interface XLWording {
  /** Prompt of the second text encoder. Default: the prompt. */
  readonly prompt2?: string;
  /** Default: the negative prompt. */
  readonly negativePrompt2?: string;
  /** Size that the picture had before it was scaled. Default: the edit's. */
  readonly originalSize?: HeightWidth;
  /** What was cropped away at the top and on the left. Default: nothing. */
  readonly crop?: HeightWidth;
  /** Default: the edit's size. */
  readonly targetSize?: HeightWidth;
  /** What guidance leads away from. Default: that of the prompt. */
  readonly negativeOriginalSize?: HeightWidth;
  /** The same, for the refiner alone. Default: nothing. */
  readonly negativeCrop?: HeightWidth;
  /** Default: that of the prompt. */
  readonly negativeTargetSize?: HeightWidth;
  /** How beautiful the picture is, for the refiner. Default 6. */
  readonly aestheticScore?: number;
  /** The same of what guidance leads away from. Default 2.5. */
  readonly negativeAestheticScore?: number;
}
