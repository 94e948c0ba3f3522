// Diffusion purification: noise drowns the perturbation, and a diffusion model removes the noise again. Here the editor
// itself does this, in its latent space: img2img with an empty prompt.
import { Editor, planEdit, seededNoise } from '../editing/index.ts';
import { PhotoGuardError } from '../errors.ts';
import { fromModel, modelSize, SIDE, toModel } from './at-model-size.ts';
import { requireEditor, requireRuntime } from './given.ts';
import { purifierKind } from './kind.ts';
import { requireBytes } from './room.ts';

/** `diffpure`. */
export const diffpure = purifierKind({
  about: 'noised to a step of the diffusion and denoised by the editor, without a prompt',
  compared:
    'Like DiffPure (Nie et al. 2022): noise to t, then the reverse process, stochastic at eta 1 (DDIM steps instead of ' +
    'an SDE solver). Unlike it, and unlike GrIDPure and PDM-Pure, it works in the latent space of a latent diffusion ' +
    'model, behind the encoder that was attacked; those work on pixels, remove far more, and are not here. An editor ' +
    'for inpainting is told that all of the picture is masked, and sees it through the noised latent alone.',
  needs: 'editor',
  arguments: {
    strength: {
      kind: 'number',
      about: 'share of the noise: t of 1000 training steps',
      default: 0.2,
      min: 0.001,
      max: 1,
    },
    steps: {
      kind: 'integer',
      about: 'denoising steps of a whole run; strength times that is run',
      default: 50,
      min: 1,
      max: 1000,
    },
    eta: { kind: 'number', about: 'share of fresh noise at each step', default: 1, min: 0, max: 1 },
    side: { ...SIDE, about: 'longer side that the model sees; 0: the one that it was trained at' },
  },
  make:
    ({ strength, steps, eta, side }) =>
    async (pixels, context) => {
      const [runtime, pipeline] = [requireRuntime(context, 'diffpure'), requireEditor(context, 'diffpure')];
      const { signal, seed } = context;
      if (pipeline.photoInput === 'photo')
        throw new PhotoGuardError('input', 'the purifier diffpure needs an editor that begins at the noised photo', {
          got: 'InstructPix2Pix, which begins at noise',
          hint: 'name an editor of Stable Diffusion or SDXL, or leave this purifier out',
        });
      const size = modelSize(pixels, side === 0 ? pipeline.trainedSide : side, pipeline.autoencoder.factor);
      const plan = planEdit(pipeline, size);
      requireBytes(context.memory, 'diffpure', size, plan.bytes(false, { oneAtATime: true }));
      const editor = new Editor(pipeline, size, runtime, { plan });
      try {
        const noise = seededNoise(seed);
        const scheduler = 'DDIMScheduler';
        const prepared = await editor.prepare(
          { prompt: '', strength, steps, guidance: 1, eta, scheduler, noise },
          signal,
        );
        const { image } = await editor.edit(prepared, toModel(pixels, size), { signal });
        return fromModel(image, pixels);
      } finally {
        await editor.release();
      }
    },
});
