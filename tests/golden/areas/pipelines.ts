// Edits end to end, with all noise given: img2img, inpainting with nine channels and with four.
import { type EditNoise, Editor } from 'photoguard/editing';
import type { Image01, Mask } from 'photoguard/image';
import { loadPipeline } from 'photoguard/models/node';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { GoldenArea } from '../area.ts';
import { compareTensors, floatsOf, shapeOf } from '../compare.ts';

/** What every case of an edit says, an attack's too. */
export interface EditConfig {
  readonly scheduler_init: Readonly<Record<string, unknown>>;
  readonly prompt: string;
  readonly strength: number;
  readonly num_inference_steps: number;
  readonly guidance_scale: number;
  readonly eta?: number;
}

interface Config extends EditConfig {
  readonly scheduler: string;
  readonly negative_prompt?: string;
  readonly clip_skip?: number;
}

/** The noise that a case gives; asking for another is an error. */
export function givenNoise(golden: GoldenFile): EditNoise {
  const named = (name: string) => (): Float32Array => floatsOf(golden, `input.${name}`);
  return {
    posterior: named('noise_posterior'),
    posteriorMasked: named('noise_posterior_masked'),
    initial: named('noise_initial'),
    step: (k, length) => floatsOf(golden, 'input.noise_steps').subarray(k * length, (k + 1) * length),
  };
}

/** The case's mask; undefined where it has none. */
export function maskOf(golden: GoldenFile): Mask | undefined {
  if (!golden.tensors.has('input.mask')) return undefined;
  const [, , height, width] = shapeOf(golden, 'input.mask') as [number, number, number, number];
  return { width, height, data: Uint8Array.from(floatsOf(golden, 'input.mask'), (m) => (m >= 0.5 ? 1 : 0)) };
}

/** Area `pipelines`. */
export const pipelines: GoldenArea = {
  name: 'pipelines',
  async run(golden, { runtime, checkpoint }) {
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const missing = notBuilt(String(golden.json.checkpoint));
    if (missing) return { skipped: missing };
    const config = golden.json.config as unknown as Config;
    const [, , height, width] = shapeOf(golden, 'input.image') as [number, number, number, number];
    const image: Image01 = { width, height, channels: 3, data: floatsOf(golden, 'input.image') };
    const pipeline = { ...(await loadPipeline(folder)), schedulerConfig: config.scheduler_init };
    const editor = new Editor(pipeline, { width, height }, runtime);
    try {
      const mask = maskOf(golden);
      const prepared = await editor.prepare({
        prompt: config.prompt,
        negativePrompt: config.negative_prompt ?? '',
        mask,
        strength: config.strength,
        steps: config.num_inference_steps,
        guidance: config.guidance_scale,
        eta: config.eta ?? 0,
        scheduler: config.scheduler,
        clipSkip: config.clip_skip ?? 0,
        noise: givenNoise(golden),
      });
      const { path, conditions } = prepared;
      const latents: number[] = [];
      const onStep = ({ latent }: { latent: Float32Array }): void => void latents.push(...latent);
      const edited = await editor.edit(prepared, image, { onStep });
      const ours = new Map<string, ArrayLike<number>>([
        ['output.timesteps', path.schedule.steps.map(({ timestep }) => timestep)],
        ['output.latents', latents],
        ['output.decoded', edited.decoded],
        ['output.image', edited.image.data],
      ]);
      // With an empty prompt one text stands for both halves.
      const texts = conditions.text as Float32Array;
      const wanted = golden.tensors.get('output.prompt_embeds')!.data.length;
      ours.set('output.prompt_embeds', wanted === texts.length ? texts : [...texts, ...texts]);
      return compareTensors(golden, ours);
    } finally {
      await editor.release();
    }
  },
};

/** Why a checkpoint's pipeline cannot be run; undefined where it can. */
export const notBuilt = (checkpoint: string): string | undefined =>
  /tiny-(sdxl|ip2p)/.test(checkpoint) ? `pipelines like ${checkpoint} are not built yet` : undefined;
