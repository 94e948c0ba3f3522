// The adversary: a pipeline that edits a photo under a prompt, at one size. Four-channel UNets do img2img, and
// inpainting by putting back what is kept after every step; nine-channel ones are told the mask and the masked photo.
// Results equal those of diffusers' StableDiffusionImg2ImgPipeline and StableDiffusionInpaintPipeline for equal noise.
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Size } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import type { Lease, Runtime, Tensors } from '../runtime/index.ts';
import { schedulerFromConfig } from '../schedulers/index.ts';
import { toImage } from '../view/index.ts';
import type { Edited, PreparedEdit, Run, RunOptions } from './edit.ts';
import type { EditOptions } from './edit-options.ts';
import { type EditModes, type EditPlan, type EditProgram, planEdit } from './edit-plan.ts';
import { separateTexts } from './guidance.ts';
import type { EditNoise } from './noise.ts';
import { repaintAll, splitMask } from './repaint.ts';
import { type TextStates, textStates } from './text-states.ts';
import { advance, makeStart, modelInput, needsLatent, type Path, type State } from './trajectory.ts';

/** How an editor keeps its programs, and what it may share with others. */
export interface EditorOptions extends EditModes {
  /** What `planEdit` gave, where it is planned already. */
  readonly plan?: EditPlan;
  /** A lease to run programs on, which then says how many are loaded at a time. Default: one of its own. */
  readonly programs?: Lease;
}

/** See the head of this file. One editor serves all photos of its size. */
export class Editor {
  readonly pipeline: Pipeline;
  readonly size: Size;
  readonly plan: EditPlan;
  readonly #programs: Lease;
  readonly #splitGuidance: boolean;
  readonly #texts = new Map<string, Promise<TextStates>>();

  /** @throws PhotoGuardError like `planEdit` */
  constructor(pipeline: Pipeline, size: Size, runtime: Runtime, options: EditorOptions = {}) {
    const { oneAtATime = false, splitGuidance = false, plan, programs } = options;
    this.pipeline = pipeline;
    this.size = size;
    this.plan = plan ?? planEdit(pipeline, size);
    this.#splitGuidance = splitGuidance;
    this.#programs = programs ?? runtime.programs.lease(oneAtATime ? { limit: 0 } : {});
  }

  /**
   * Settles everything but the photo: schedule, noise, text states.
   * @throws PhotoGuardError `input` for options that cannot be, among them a strength that leaves no step to run
   */
  async prepare(options: EditOptions, signal?: AbortSignal): Promise<PreparedEdit> {
    const { strength = 0.7, steps = 50, guidance = 7.5, eta = 0, mask, noise } = options;
    if (!(guidance >= 0 && guidance <= 1000))
      throw new PhotoGuardError('input', 'guidance is a number from 0 to 1000', { got: String(guidance) });
    const { pipeline, size } = this;
    const { factor } = pipeline.autoencoder;
    if (mask && (mask.width !== size.width || mask.height !== size.height))
      throw new PhotoGuardError('input', "the mask must have the edit's size", { got: `${mask.width}x${mask.height}` });
    const { schedule: makeSchedule } = schedulerFromConfig(pipeline.schedulerConfig, options.scheduler);
    const schedule = makeSchedule({ steps, strength, eta });
    if (schedule.steps.length === 0)
      throw new PhotoGuardError('input', `strength ${strength} of ${steps} steps leaves no step to run`, {
        hint: 'raise --strength or --steps',
      });
    const repaint = pipeline.inpaints
      ? mask
        ? splitMask(mask, factor)
        : repaintAll(size, factor)
      : mask && splitMask(mask, factor);
    const path: Path = {
      schedule,
      fromNoise: repaint !== undefined && strength === 1,
      ...(repaint && !pipeline.inpaints && { blend: repaint.latent }),
      initialNoise: noise.initial(this.plan.latentLength),
      stepNoise: (k) => noise.step(k, this.plan.latentLength),
    };
    const text = await this.#textStates(options, guidance > 1, signal);
    return {
      path,
      conditions: {
        text: text.states,
        ...(text.guided && { guidance: Float32Array.of(guidance) }),
        ...(pipeline.inpaints && { mask: repaint!.latent }),
      },
      guided: text.guided,
      repaint,
      noise,
      times: schedule.steps.map(({ timestep }) => pipeline.unet.timeFeatures(timestep)),
      truncated: text.truncated,
    };
  }

  /** The latents of a photo that an edit begins with. */
  async encode(prepared: PreparedEdit, image: Image01, signal?: AbortSignal): Promise<Pick<Run, 'latent' | 'masked'>> {
    const { path, repaint, noise } = prepared;
    const everything = (): Float32Array => new Float32Array(this.size.width * this.size.height).fill(1);
    const encodePhoto = async (seen: Float32Array, draw: EditNoise['posterior']): Promise<Float32Array> => {
      const feeds = { image: image.data, seen, noise: draw(this.plan.latentLength) };
      return (await this.#run('encode', feeds, signal)).latent as Float32Array;
    };
    return {
      ...(needsLatent(path) && { latent: await encodePhoto(everything(), noise.posterior) }),
      ...(this.pipeline.inpaints && { masked: await encodePhoto(repaint!.seen, noise.posteriorMasked) }),
    };
  }

  /**
   * Runs all steps of an edit of a photo of this editor's size.
   * @throws PhotoGuardError `model` with the step's number where the latent is no longer finite, `aborted`
   */
  async run(prepared: PreparedEdit, image: Image01, { onStep, signal }: RunOptions = {}): Promise<Run> {
    const { path, times } = prepared;
    const { latent, masked } = await this.encode(prepared, image, signal);
    const states: State[] = [makeStart(path, latent)];
    const predictions: Float32Array[] = [];
    const total = path.schedule.steps.length;
    for (const [k, { timestep }] of path.schedule.steps.entries()) {
      const state = states[k]!;
      const feeds = { latent: modelInput(path, k, state), time: times[k]!, ...(masked && { masked }) };
      const prediction = await this.#predict(prepared, feeds, signal);
      predictions.push(prediction);
      const next = advance(path, k, state, prediction, latent);
      if (!next[0]!.every(Number.isFinite))
        throw new PhotoGuardError('model', `the latent is not finite after step ${k + 1} of ${total}`, {
          got: `timestep ${timestep}`,
          hint: 'the checkpoint may be damaged: photoguard models check',
        });
      states.push(next);
      onStep?.({ step: k + 1, steps: total, timestep, latent: next[0]! });
    }
    return { states, predictions, latent, masked };
  }

  async #predict({ conditions, guided }: PreparedEdit, feeds: Tensors, signal?: AbortSignal): Promise<Float32Array> {
    const isSplit = guided && this.#splitGuidance;
    const program = guided && !isSplit ? 'guided' : 'plain';
    const run = async (given: Tensors): Promise<Float32Array> =>
      (await this.#run(program, { ...given, ...feeds }, signal)).prediction as Float32Array;
    if (!isSplit) return run(conditions);
    const [none, prompted] = separateTexts(conditions);
    const [e0, e1] = [await run(none.conditions), await run(prompted.conditions)];
    return e0.map((e, i) => none.weight * e + prompted.weight * e1[i]!);
  }

  /** Edits a photo of this editor's size. @throws PhotoGuardError like {@link run} */
  async edit(prepared: PreparedEdit, image: Image01, options: RunOptions = {}): Promise<Edited> {
    const { signal } = options;
    const { states } = await this.run(prepared, image, options);
    const decoded = await this.decode(states.at(-1)![0]!, signal);
    return { decoded, image: toImage(decoded, this.size) };
  }

  /** A latent as pixels, nominally in [-1, 1]. */
  async decode(latent: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    return (await this.#run('decode', { latent }, signal)).decoded as Float32Array;
  }

  /** Frees all programs. */
  release(): Promise<void> {
    return this.#programs.release();
  }

  #run(program: EditProgram, feeds: Tensors, signal?: AbortSignal): Promise<Tensors> {
    return this.#programs.run(this.plan.graph(program), feeds, { signal });
  }

  // Texts are few and asked for again and again: their states stay, the encoder does not.
  async #textStates(options: EditOptions, wantsGuidance: boolean, signal?: AbortSignal): Promise<TextStates> {
    const { prompt, negativePrompt = '', clipSkip = 0 } = options;
    const key = JSON.stringify([prompt, negativePrompt, clipSkip, wantsGuidance]);
    const known = this.#texts.get(key) ?? textStates(this.pipeline, this.#programs, options, wantsGuidance, signal);
    this.#texts.set(key, known);
    return known.catch((error: unknown) => {
      this.#texts.delete(key);
      throw error;
    });
  }
}
