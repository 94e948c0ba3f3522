// Edits end to end, with all noise given: img2img, inpainting with nine channels and with four, of Stable Diffusion and of
// SDXL with its refiner; InstructPix2Pix.
import { type EditNoise, type EditOptions, Editor, type HeightWidth, type XLWording } from 'photoguard/editing';
import type { Image01, Mask } from 'photoguard/image';
import { loadPipeline } from 'photoguard/models/node';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { GoldenArea } from '../area.ts';
import { compareTensors, readFloats, readShape } from '../compare.ts';

/** What every case of an edit says, an attack's too. */
export interface EditConfig {
  readonly scheduler_init: Readonly<Record<string, unknown>>;
  readonly prompt: string;
  readonly negative_prompt?: string;
  readonly strength?: number;
  readonly num_inference_steps: number;
  readonly guidance_scale: number;
  readonly image_guidance_scale?: number;
  readonly eta?: number;
  readonly prompt_2?: string;
  readonly original_size?: HeightWidth;
  readonly crops_coords_top_left?: HeightWidth;
  readonly target_size?: HeightWidth;
  readonly negative_original_size?: HeightWidth;
  readonly negative_crops_coords_top_left?: HeightWidth;
  readonly negative_target_size?: HeightWidth;
  readonly aesthetic_score?: number;
  readonly negative_aesthetic_score?: number;
}

interface Config extends EditConfig {
  readonly scheduler: string;
  readonly clip_skip?: number;
  readonly force_zeros_for_empty_prompt?: boolean;
}

/** What a case asks of an edit, but for mask, noise and scheduler. */
export function readEdit(config: EditConfig): Omit<EditOptions, 'noise'> {
  const xl: Readonly<Record<keyof XLWording, unknown>> = {
    prompt2: config.prompt_2,
    negativePrompt2: undefined,
    originalSize: config.original_size,
    crop: config.crops_coords_top_left,
    targetSize: config.target_size,
    negativeOriginalSize: config.negative_original_size,
    negativeCrop: config.negative_crops_coords_top_left,
    negativeTargetSize: config.negative_target_size,
    aestheticScore: config.aesthetic_score,
    negativeAestheticScore: config.negative_aesthetic_score,
  };
  const given = Object.entries(xl).filter(([, value]) => value !== undefined);
  return {
    prompt: config.prompt,
    negativePrompt: config.negative_prompt,
    strength: config.strength,
    steps: config.num_inference_steps,
    guidance: config.guidance_scale,
    imageGuidance: config.image_guidance_scale,
    eta: config.eta ?? 0,
    ...(given.length > 0 && { xl: Object.fromEntries(given) }),
  };
}

/** The noise that a case gives; asking for another is an error. */
export function givenNoise(golden: GoldenFile): EditNoise {
  const named = (name: string) => (): Float32Array => readFloats(golden, `input.${name}`);
  return {
    posterior: named('noise_posterior'),
    posteriorMasked: named('noise_posterior_masked'),
    initial: named('noise_initial'),
    step: (k, length) => readFloats(golden, 'input.noise_steps').subarray(k * length, (k + 1) * length),
  };
}

/** The case's mask; undefined where it has none. */
export function readMask(golden: GoldenFile): Mask | undefined {
  if (!golden.tensors.has('input.mask')) return undefined;
  const [, , height, width] = readShape(golden, 'input.mask') as [number, number, number, number];
  return { width, height, data: Uint8Array.from(readFloats(golden, 'input.mask'), (m) => (m >= 0.5 ? 1 : 0)) };
}

/** Area `pipelines`. */
export const pipelines: GoldenArea = {
  name: 'pipelines',
  async run(golden, { runtime, checkpoint }) {
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const config = golden.json.config as unknown as Config;
    const [, , height, width] = readShape(golden, 'input.image') as [number, number, number, number];
    const image: Image01 = { width, height, channels: 3, data: readFloats(golden, 'input.image') };
    const loaded = await loadPipeline(folder);
    const xl = loaded.xl && { ...loaded.xl, zerosWithoutNegative: config.force_zeros_for_empty_prompt ?? true };
    const pipeline = { ...loaded, schedulerConfig: config.scheduler_init, xl };
    const editor = new Editor(pipeline, { width, height }, runtime);
    try {
      const mask = readMask(golden);
      const prepared = await editor.prepare({
        ...readEdit(config),
        mask,
        scheduler: config.scheduler,
        clipSkip: config.clip_skip ?? 0,
        noise: givenNoise(golden),
      });
      const { path, guided } = prepared;
      const latents: number[] = [];
      const onStep = ({ latent }: { latent: Float32Array }): void => void latents.push(...latent);
      const edited = await editor.edit(prepared, image, { onStep });
      const ours = new Map<string, ArrayLike<number>>([
        ['output.timesteps', path.schedule.steps.map(({ timestep }) => timestep)],
        ['output.latents', latents],
        ['output.decoded', edited.decoded],
        ['output.image', edited.image.data],
      ]);
      for (const [name, key] of [
        ['output.prompt_embeds', 'text'],
        ['output.pooled_embeds', 'embedding'],
      ] as const) {
        const wanted = golden.tensors.get(name);
        if (!wanted) continue;
        const rows = guided.branches.map((branch) => branch[key] as Float32Array);
        // With an empty prompt one text stands for both halves; InstructPix2Pix is in diffusers' order: the prompt first.
        if (pipeline.photoInput === 'photo') rows.reverse();
        while (wanted.data.length > rows.length * rows[0]!.length) rows.push(rows[0]!);
        ours.set(
          name,
          rows.flatMap((row) => [...row]),
        );
      }
      return compareTensors(golden, ours);
    } finally {
      await editor.release();
    }
  },
};
