// The diffusion attack: loss, every latent and the image's gradient, through all steps of an edit.
import { DiffusionObjective } from 'photoguard/attacks';
import { atPosteriorMean, Editor } from 'photoguard/editing';
import type { Image01 } from 'photoguard/image';
import { loadPipeline } from 'photoguard/models/node';
import type { GoldenArea } from '../area.ts';
import { compareTensors, readFloats, readShape } from '../compare.ts';
import { type EditConfig, givenNoise, readEdit, readMask } from './pipelines.ts';

interface Config extends EditConfig {
  readonly posterior?: 'mean' | 'sample';
}

/** Area `attack-diffusion`. */
export const attackDiffusion: GoldenArea = {
  name: 'attack-diffusion',
  async run(golden, { runtime, checkpoint }) {
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const config = golden.json.config as unknown as Config;
    const [, , height, width] = readShape(golden, 'input.image') as [number, number, number, number];
    const image: Image01 = {
      width,
      height,
      channels: 3,
      data: readFloats(golden, 'input.image').map((x) => (x + 1) / 2),
    };
    const pipeline = { ...(await loadPipeline(folder)), schedulerConfig: config.scheduler_init };
    const editor = new Editor(pipeline, { width, height }, runtime);
    const given = givenNoise(golden);
    const noise = config.posterior === 'mean' ? atPosteriorMean(given) : given;
    const mask = readMask(golden);
    const { prompt, ...wanted } = readEdit(config);
    const edit = { ...wanted, mask, scheduler: 'DDIMScheduler' };
    const draw = { prompt, noise };
    const hasTarget = golden.tensors.has('input.target');
    const target = hasTarget ? readFloats(golden, 'input.target') : new Float32Array(image.data.length);
    const draws = { at: () => [draw], measured: [draw] };
    const objective = new DiffusionObjective({
      ...{ ref: 'golden', pipeline, size: { width, height }, runtime },
      ...{ edit, draws, target },
    });
    try {
      const { loss, gradient } = await objective.evaluate(image, 0);
      const prepared = await editor.prepare({ ...edit, ...draw });
      const run = await editor.run(prepared, image);
      const ours = new Map<string, ArrayLike<number>>([
        ['output.loss_norm', [loss]],
        ['output.loss_sum_squared', [loss ** 2]],
        ['output.loss_mean_squared', [loss ** 2 / image.data.length]],
        ['output.latents', run.states.flatMap(([latent]) => [...latent!])],
        ['output.timesteps', prepared.path.schedule.steps.map(({ timestep }) => timestep)],
        ['output.decoded', await editor.decode(run.states.at(-1)![0]!)],
        // Ours is by an image in [0, 1], theirs by one in [-1, 1].
        ['grad.image', gradient.map((g) => g / 2)],
      ]);
      if (golden.tensors.has('output.masked_image_latents')) ours.set('output.masked_image_latents', run.shown!);
      return compareTensors(golden, ours);
    } finally {
      await objective.release();
      await editor.release();
    }
  },
};
