// What is asked of an edit: the defaults are those of diffusers.
import type { Mask } from '../image/index.ts';
import type { EditNoise } from './noise.ts';

/** What is asked of an edit. */
export interface EditOptions {
  readonly prompt: string;
  /** What guidance leads away from. Default: nothing. */
  readonly negativePrompt?: string;
  /** White is repainted. The model's size. Default: with 4 channels img2img, with 9 all of the photo. */
  readonly mask?: Mask;
  /** Share of the steps that is run: 0 leaves the photo alone, 1 begins at noise. Default 0.7. */
  readonly strength?: number;
  /** Denoising steps of a whole run. Default 50. */
  readonly steps?: number;
  /** Classifier-free guidance: 1 or less is none. Default 7.5. */
  readonly guidance?: number;
  /** DDIM's share of fresh noise, 0 to 1. Default 0. */
  readonly eta?: number;
  /** A class of diffusers. Default: the pipeline's own. */
  readonly scheduler?: string;
  /** Layers of the text encoder to leave out for the prompt, from the last. Default 0. */
  readonly clipSkip?: number;
  readonly noise: EditNoise;
}
