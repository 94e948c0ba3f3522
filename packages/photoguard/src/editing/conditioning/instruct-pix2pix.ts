// InstructPix2Pix: a UNet that is shown the photo's latent beside pure noise, 8 channels for a latent of 4. There are two
// guidances: by the photo (what it sees against seeing nothing) and by the instruction (against none).
import { PhotoGuardError } from '../../errors.ts';
import type { Tensors } from '../../runtime/index.ts';
import { type Branch, type PhotoWay, repeat } from './photo-way.ts';

const sees = (share: 0 | 1): Tensors => ({ sees: Float32Array.of(share) });

function checkMask(masked: boolean): undefined {
  if (!masked) return undefined;
  throw new PhotoGuardError('input', 'InstructPix2Pix edits whole photos and takes no mask', {
    hint: 'leave --mask out, or name an editor for inpainting',
  });
}

/** See the head of this file. */
export const instructPix2Pix: PhotoWay = {
  task: () => 'instruct',
  shared: (latent) => ({ shown: latent }),
  perBranch: { sees: [1] },
  most: 3,
  blind: sees(0),
  // Latents are scaled everywhere, but this UNet was trained on the posterior's mean as the encoder gives it.
  sample(g, { latents, autoencoder, given }) {
    const { scalingFactor, shiftFactor } = autoencoder;
    const n = latents.shape[0]!;
    const unscaled = g.shift(g.scale(given('shown'), 1 / scalingFactor), shiftFactor);
    return g.concat([latents, g.mul(repeat(g, unscaled, n), g.reshape(given('sees'), [n, 1, 1, 1]))], 1);
  },
  shown: {
    seen: (_, { width, height }) => new Float32Array(width * height).fill(1),
    noise: () => (length) => new Float32Array(length),
  },
  checkMask,
  repaint: (mask) => checkMask(mask !== undefined),
  giveMask: () => ({}),
  strength(given, masked) {
    checkMask(masked);
    if (given !== undefined && given !== 1)
      throw new PhotoGuardError('input', 'InstructPix2Pix begins every edit with noise, so it has no strength', {
        got: String(given),
        hint: 'leave --strength out; --image-guidance sets how much of the photo is kept',
      });
    return 1;
  },
  begin: () => ({ fromNoise: true }),
  makeChain({ guidance = 7.5, imageGuidance = 1.5 }) {
    const prompt: Branch = { words: 'prompt', tensors: sees(1) };
    if (guidance <= 1 || imageGuidance < 1) return { branches: [prompt], scales: [] };
    const without = (share: 0 | 1): Branch => ({ words: 'none', tensors: sees(share) });
    return { branches: [without(0), without(1), prompt], scales: [imageGuidance, guidance] };
  },
};
