// The adversary: a pipeline that edits a photo under a prompt, at one size. Four-channel UNets do img2img, and
// inpainting by putting back what is kept after every step; nine-channel ones are told the mask and the masked photo.
// Results equal those of diffusers' StableDiffusionImg2ImgPipeline and StableDiffusionInpaintPipeline for equal noise.
import { type Graph, planMemory } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Size } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import type { Runtime, Tensors } from '../runtime/index.ts';
import { schedulerFromConfig } from '../schedulers/index.ts';
import { imageOf } from '../view/index.ts';
import type { EditOptions } from './edit-options.ts';
import { decodeGraph, encodeGraph, latentShape, predictionGraph, textGraph } from './graphs.ts';
import { halvesOf } from './guidance.ts';
import { LazyPrograms } from './lazy-programs.ts';
import type { EditNoise } from './noise.ts';
import { type Repaint, repaintAll, repaintOf } from './repaint.ts';
import { type TextStates, textStates } from './text-states.ts';
import { advance, modelInput, needsLatent, type Path, type State, startOf } from './trajectory.ts';

/** An edit with everything known but the photo. */
export interface PreparedEdit {
  readonly path: Path;
  /** What the UNet is given at every step beside the latent and the time. */
  readonly conditions: Tensors;
  /** Whether two texts are run in a batch. */
  readonly guided: boolean;
  readonly repaint?: Repaint;
  readonly noise: EditNoise;
  /** `timeFeatures` of each step. */
  readonly times: readonly Float32Array[];
  /** Prompts that did not fit into the text encoder and were cut. */
  readonly truncated: readonly string[];
}

/** An edit that was run. */
export interface Run {
  /** State before each step, and after the last. */
  readonly states: readonly State[];
  readonly predictions: readonly Float32Array[];
  /** The photo's latent, where the path needs it. */
  readonly latent?: Float32Array;
  /** The masked photo's latent, where the UNet is told of it. */
  readonly masked?: Float32Array;
}

/** What is told after each step. */
export interface EditProgress {
  /** Steps so far, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly timestep: number;
  /** The latent after the step, as pipelines scale it. */
  readonly latent: Float32Array;
}

/** How an edit is run. */
export interface RunOptions {
  readonly onStep?: (progress: EditProgress) => void;
  readonly signal?: AbortSignal;
}

/** An edited photo. */
export interface Edited {
  /** Clamped to [0, 1]. */
  readonly image: Image01;
  /** [1, 3, H, W] before clamping, nominally in [-1, 1]. */
  readonly decoded: Float32Array;
}

/** How an editor keeps its programs. */
export interface EditorOptions {
  /** Whether only one program is loaded at any time: least memory, more time. Default: false. */
  readonly oneAtATime?: boolean;
  /** Whether guidance runs its two texts one after the other instead of in a batch. Default: false. */
  readonly splitGuidance?: boolean;
}

type ProgramName = 'encode' | 'decode' | 'guided' | 'plain';

/** See the head of this file. One editor serves all photos of its size. */
export class Editor {
  readonly pipeline: Pipeline;
  readonly size: Size;
  readonly runtime: Runtime;
  readonly #programs: LazyPrograms<ProgramName>;
  readonly #oneAtATime: boolean;
  readonly #splitGuidance: boolean;
  readonly #texts = new Map<string, Promise<TextStates>>();

  /** @throws PhotoGuardError `input` for a size that is no multiple of the autoencoder's factor */
  constructor(pipeline: Pipeline, size: Size, runtime: Runtime, options: EditorOptions = {}) {
    const { oneAtATime = false, splitGuidance = false } = options;
    const { factor } = pipeline.autoencoder;
    if (size.width % factor !== 0 || size.height % factor !== 0)
      throw new PhotoGuardError('input', `both sides of an edit are multiples of ${factor}`, {
        got: `${size.width}x${size.height}`,
      });
    this.pipeline = pipeline;
    this.size = size;
    this.runtime = runtime;
    this.#oneAtATime = oneAtATime;
    this.#splitGuidance = splitGuidance;
    this.#programs = new LazyPrograms(runtime, (name) => this.#graph(name), oneAtATime);
  }

  /** Bytes that the programs of an edit are expected to take: of all together, or of the largest one at a time. */
  plannedBytes(guided: boolean): number {
    const { textEncoder, tokenizer } = this.pipeline;
    const names = ['encode', guided && !this.#splitGuidance ? 'guided' : 'plain', 'decode'] as const;
    const text = textGraph(textEncoder, guided ? 2 : 1, tokenizer.maxTokens, 0);
    const bytes = [text, ...names.map((name) => this.#graph(name))].map((graph) => planMemory(graph).bytes);
    return this.#oneAtATime ? Math.max(...bytes) : bytes.reduce((a, b) => a + b, 0);
  }

  /** The graph of a prediction: see {@link predictionGraph}. */
  predictionGraph(guided: boolean): Graph {
    const { unet, tokenizer, inpaints, autoencoder } = this.pipeline;
    return predictionGraph({
      unet,
      latentShape: latentShape(autoencoder, this.size),
      tokens: tokenizer.maxTokens,
      inpaints,
      guided,
    });
  }

  /** Numbers in a latent. */
  get latentLength(): number {
    return latentShape(this.pipeline.autoencoder, this.size).reduce((a, b) => a * b, 1);
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
    const { schedule: scheduleOf } = schedulerFromConfig(pipeline.schedulerConfig, options.scheduler);
    const schedule = scheduleOf({ steps, strength, eta });
    if (schedule.steps.length === 0)
      throw new PhotoGuardError('input', `strength ${strength} of ${steps} steps leaves no step to run`, {
        hint: 'raise --strength or --steps',
      });
    const repaint = pipeline.inpaints
      ? mask
        ? repaintOf(mask, factor)
        : repaintAll(size, factor)
      : mask && repaintOf(mask, factor);
    const path: Path = {
      schedule,
      fromNoise: repaint !== undefined && strength === 1,
      ...(repaint && !pipeline.inpaints && { blend: repaint.latent }),
      initialNoise: noise.initial(this.latentLength),
      stepNoise: (k) => noise.step(k, this.latentLength),
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
      ...(repaint && { repaint }),
      noise,
      times: schedule.steps.map(({ timestep }) => pipeline.unet.timeFeatures(timestep)),
      truncated: text.truncated,
    };
  }

  /** The latents of a photo that an edit begins with. */
  async encode(prepared: PreparedEdit, image: Image01, signal?: AbortSignal): Promise<Pick<Run, 'latent' | 'masked'>> {
    const { path, repaint, noise } = prepared;
    const everything = (): Float32Array => new Float32Array(this.size.width * this.size.height).fill(1);
    const latentOf = async (seen: Float32Array, draw: EditNoise['posterior']): Promise<Float32Array> => {
      const program = await this.#programs.get('encode', signal);
      const feeds = { image: image.data, seen, noise: draw(this.latentLength) };
      return (await program.run(feeds, signal ? { signal } : {})).latent as Float32Array;
    };
    return {
      ...(needsLatent(path) && { latent: await latentOf(everything(), noise.posterior) }),
      ...(this.pipeline.inpaints && { masked: await latentOf(repaint!.seen, noise.posteriorMasked) }),
    };
  }

  /**
   * Runs all steps of an edit of a photo of this editor's size.
   * @throws PhotoGuardError `model` with the step's number where the latent is no longer finite, `aborted`
   */
  async run(prepared: PreparedEdit, image: Image01, { onStep, signal }: RunOptions = {}): Promise<Run> {
    const { path, times } = prepared;
    const { latent, masked } = await this.encode(prepared, image, signal);
    const states: State[] = [startOf(path, latent)];
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
    return { states, predictions, ...(latent && { latent }), ...(masked && { masked }) };
  }

  async #predict({ conditions, guided }: PreparedEdit, feeds: Tensors, signal?: AbortSignal): Promise<Float32Array> {
    const isSplit = guided && this.#splitGuidance;
    const program = await this.#programs.get(guided && !isSplit ? 'guided' : 'plain', signal);
    const run = async (given: Tensors): Promise<Float32Array> =>
      (await program.run({ ...given, ...feeds }, signal ? { signal } : {})).prediction as Float32Array;
    if (!isSplit) return run(conditions);
    const [none, prompted] = halvesOf(conditions);
    const [e0, e1] = [await run(none.conditions), await run(prompted.conditions)];
    return e0.map((e, i) => none.weight * e + prompted.weight * e1[i]!);
  }

  /** Edits a photo of this editor's size. @throws PhotoGuardError like {@link run} */
  async edit(prepared: PreparedEdit, image: Image01, options: RunOptions = {}): Promise<Edited> {
    const { signal } = options;
    const { states } = await this.run(prepared, image, options);
    const decoded = await this.decode(states.at(-1)![0]!, signal);
    return { decoded, image: imageOf(decoded, this.size) };
  }

  /** A latent as pixels, nominally in [-1, 1]. */
  async decode(latent: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    const program = await this.#programs.get('decode', signal);
    return (await program.run({ latent }, signal ? { signal } : {})).decoded as Float32Array;
  }

  /** Frees all programs. */
  release(): Promise<void> {
    return this.#programs.release();
  }

  #graph(name: ProgramName): Graph {
    if (name === 'encode') return encodeGraph(this.pipeline.autoencoder, this.size);
    if (name === 'decode') return decodeGraph(this.pipeline.autoencoder, this.size);
    return this.predictionGraph(name === 'guided');
  }

  // Texts are few and asked for again and again: their states stay, the encoder does not.
  async #textStates(options: EditOptions, wantsGuidance: boolean, signal?: AbortSignal): Promise<TextStates> {
    const { prompt, negativePrompt = '', clipSkip = 0 } = options;
    const key = JSON.stringify([prompt, negativePrompt, clipSkip, wantsGuidance]);
    if (this.#oneAtATime && !this.#texts.has(key)) await this.release(); // the text encoder is a program too
    const known = this.#texts.get(key) ?? textStates(this.pipeline, this.runtime, options, wantsGuidance, signal);
    this.#texts.set(key, known);
    return known.catch((error: unknown) => {
      this.#texts.delete(key);
      throw error;
    });
  }
}
