// What the ways share in which edits begin at the photo's noised latent: a strength, and guidance by the prompt alone.
import { PhotoGuardError } from '../../errors.ts';
import type { Branch, PhotoWay } from './photo-way.ts';

/** Strength where none is given: of edits of the whole photo, and of masked ones. SDXL's do not quite begin at noise. */
const WHOLE = 0.7;
const MASKED = { sd: 1, xl: 0.9999 };

/** See the head of this file. */
export const FROM_PHOTO = {
  perBranch: {},
  most: 2,
  blind: {},
  checkMask: () => undefined,
  strength: (given, masked, isXL) => given ?? (masked ? MASKED[isXL ? 'xl' : 'sd'] : WHOLE),
  makeChain({ guidance = 7.5, imageGuidance }) {
    if (imageGuidance !== undefined)
      throw new PhotoGuardError('input', 'only InstructPix2Pix has image guidance', {
        got: String(imageGuidance),
        hint: 'leave --image-guidance out; --strength sets how much of the photo is kept',
      });
    const prompt: Branch = { words: 'prompt', tensors: {} };
    if (guidance <= 1) return { branches: [prompt], scales: [] };
    return { branches: [{ words: 'none', tensors: {} }, prompt], scales: [guidance] };
  },
} satisfies Partial<PhotoWay>;
