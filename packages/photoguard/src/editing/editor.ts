// The adversary: a pipeline that edits a photo under a prompt, at one size. Four-channel UNets do img2img, and
// inpainting by putting back what is kept after every step; nine-channel ones are told the mask and the masked photo;
// eight-channel ones (InstructPix2Pix) the photo. Results equal those of diffusers' img2img and inpainting pipelines of
// Stable Diffusion and SDXL, and of its InstructPix2Pix, for equal noise.
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Size } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import type { Lease, Runtime, Tensors } from '../runtime/index.ts';
import { schedulerFromConfig } from '../schedulers/index.ts';
import { toImage } from '../view/index.ts';
import { settleStrength } from './conditioning/photo.ts';
import type { Telling } from './conditioning/prompts.ts';
import type { Edited, PreparedEdit, Run, RunOptions } from './edit.ts';
import type { EditOptions } from './edit-options.ts';
import { type EditModes, type EditPlan, type EditProgram, planEdit } from './edit-plan.ts';
import { type Guided, listRuns } from './guidance.ts';
import type { EditNoise } from './noise.ts';
import type { Repaint } from './repaint.ts';
import { advance, makeStart, modelInput, needsLatent, type Path, type State } from './trajectory.ts';

/** How an editor keeps its programs, and what it shares with others. */
export interface EditorOptions extends EditModes {
  /** The result of `planEdit`, if it is already planned. */
  readonly plan?: EditPlan;
  /** A lease for its programs, which determines how many are loaded at a time. Default: its own. */
  readonly programs?: Lease;
}

/** See the head of this file. One editor serves all photos of its size. */
export class Editor {
  readonly pipeline: Pipeline;
  readonly size: Size;
  readonly plan: EditPlan;
  readonly #programs: Lease;
  readonly #splitGuidance: boolean;
  readonly #told = new Map<string, Promise<Tensors[]>>();

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
   * Settles everything except the photo: schedule, noise, text states.
   * @throws PhotoGuardError `input` for invalid options, including a strength that leaves no step to run
   */
  async prepare(options: EditOptions, signal?: AbortSignal): Promise<PreparedEdit> {
    const { steps = 50, guidance = 7.5, eta = 0, mask, noise } = options;
    for (const [name, scale] of Object.entries({ guidance, 'image guidance': options.imageGuidance }))
      if (scale !== undefined && !(scale >= 0 && scale <= 1000))
        throw new PhotoGuardError('input', `${name} is a number from 0 to 1000`, { got: String(scale) });
    const { pipeline, size } = this;
    const { photo } = this.plan.conditioning;
    if (mask && (mask.width !== size.width || mask.height !== size.height))
      throw new PhotoGuardError('input', "the mask must have the edit's size", { got: `${mask.width}x${mask.height}` });
    const repaint = photo.repaint(mask, size, pipeline.autoencoder.factor);
    const strength = settleStrength(pipeline, options.strength, mask !== undefined);
    const { schedule: makeSchedule } = schedulerFromConfig(pipeline.schedulerConfig, options.scheduler);
    const schedule = makeSchedule({ steps, strength, eta });
    if (schedule.steps.length === 0)
      throw new PhotoGuardError('input', `strength ${strength} of ${steps} steps leaves no step to run`, {
        hint: 'raise --strength or --steps',
      });
    const path: Path = {
      schedule,
      ...photo.begin(strength, repaint),
      initialNoise: noise.initial(this.plan.latentLength),
      stepNoise: (k) => noise.step(k, this.plan.latentLength),
    };
    const { truncated, ...guided } = await this.#prepareGuidance(options, repaint, signal);
    return {
      path,
      strength,
      guided,
      predictions: listRuns(guided, this.#splitGuidance && guided.branches.length > 1),
      repaint,
      noise,
      times: schedule.steps.map(({ timestep }) => pipeline.unet.timeFeatures(timestep)),
      truncated,
    };
  }

  /** The latents that an edit of a photo begins with. */
  async encode(prepared: PreparedEdit, image: Image01, signal?: AbortSignal): Promise<Pick<Run, 'latent' | 'shown'>> {
    const { path, repaint, noise } = prepared;
    const { shown } = this.plan.conditioning.photo;
    const everything = (): Float32Array => new Float32Array(this.size.width * this.size.height).fill(1);
    const encodePhoto = async (seen: Float32Array, draw: EditNoise['posterior']): Promise<Float32Array> => {
      const feeds = { image: image.data, seen, noise: draw(this.plan.latentLength) };
      return (await this.#run('encode', feeds, signal)).latent as Float32Array;
    };
    return {
      ...(needsLatent(path) && { latent: await encodePhoto(everything(), noise.posterior) }),
      ...(shown && { shown: await encodePhoto(shown.seen(repaint, this.size), shown.noise(noise)) }),
    };
  }

  /**
   * Runs all steps of an edit of a photo of this editor's size.
   * @throws PhotoGuardError `model` with the step's number if the latent is no longer finite, `aborted`
   */
  async run(prepared: PreparedEdit, image: Image01, { onStep, signal }: RunOptions = {}): Promise<Run> {
    const { path, times } = prepared;
    const { latent, shown } = await this.encode(prepared, image, signal);
    const states: State[] = [makeStart(path, latent)];
    const predictions: Float32Array[] = [];
    const total = path.schedule.steps.length;
    for (const [k, { timestep }] of path.schedule.steps.entries()) {
      const state = states[k]!;
      const feeds = { latent: modelInput(path, k, state), time: times[k]!, ...(shown && { shown }) };
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
    return { states, predictions, latent, shown };
  }

  async #predict({ predictions }: PreparedEdit, feeds: Tensors, signal?: AbortSignal): Promise<Float32Array> {
    const parts: { readonly prediction: Float32Array; readonly weight: number }[] = [];
    for (const { program, conditions, weight } of predictions) {
      const { prediction } = await this.#run(program, { ...conditions, ...feeds }, signal);
      parts.push({ prediction: prediction as Float32Array, weight });
    }
    if (parts.length === 1) return parts[0]!.prediction;
    return parts[0]!.prediction.map((_, i) => parts.reduce((sum, part) => sum + part.weight * part.prediction[i]!, 0));
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

  // What guidance compares. Neighbours that are told the same add nothing to each other, and are run once.
  async #prepareGuidance(
    options: EditOptions,
    repaint: Repaint | undefined,
    signal?: AbortSignal,
  ): Promise<Guided & { readonly truncated: readonly string[] }> {
    const { prompts, photo } = this.plan.conditioning;
    const { branches, scales } = photo.makeChain(options);
    const asked = prompts.makeTellings(options, this.size);
    const all = branches.map(({ words, tensors }) => ({ words, telling: asked[words], tensors }));
    const toldIn = (k: number): string => JSON.stringify([all[k]!.telling, all[k]!.tensors]);
    const same = (k: number): boolean => k > 0 && toldIn(k) === toldIn(k - 1);
    const kept = all.flatMap((branch, k) => (same(k) ? [] : [branch]));
    const told = await this.#tell(
      kept.map(({ telling }) => telling),
      signal,
    );
    return {
      branches: kept.map(({ tensors }, k) => ({ ...told[k]!, ...tensors })),
      scales: scales.filter((_, k) => !same(k + 1)),
      shared: photo.giveMask(repaint),
      truncated: [...new Set(kept.map(({ words }) => words))].flatMap((words) => asked.truncated[words]),
    };
  }

  // Texts are few and asked for again and again: what is told of them stays, the encoders do not.
  async #tell(tellings: readonly Telling[], signal?: AbortSignal): Promise<Tensors[]> {
    const key = JSON.stringify(tellings);
    const known = this.#told.get(key) ?? this.plan.conditioning.prompts.tell(tellings, this.#programs, signal);
    this.#told.set(key, known);
    return known.catch((error: unknown) => {
      this.#told.delete(key);
      throw error;
    });
  }
}
