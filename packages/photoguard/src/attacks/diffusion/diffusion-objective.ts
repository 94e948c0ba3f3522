// The diffusion attack's objective (paper, section 3.2): f(x) = decode(denoise(encode(x))), and the distance of f(x) to
// a target, or from the edit of the clean photo. The gradient goes through every step of the edit, one step at a time:
// on the way forward only the latents are kept, which are tiny; on the way back each step is one vector-Jacobian
// product of the UNet, which recomputes that step's activations. Memory does not grow with the number of steps
// (docs/how-it-works.md).
import {
  type EditOptions,
  Editor,
  modelInput,
  type PreparedEdit,
  pullBack,
  pullBackStart,
  type Run,
} from '../../editing/index.ts';
import { PhotoGuardError } from '../../errors.ts';
import type { Image01, Size } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import type { Lease, Runtime, Tensors } from '../../runtime/index.ts';
import type { Evaluation, Objective, Part } from '../objective.ts';
import type { Draw, Draws } from './diffusion-draws.ts';
import { type DiffusionPlan, type DiffusionProgram, planDiffusion } from './diffusion-plan.ts';

/** Options of the objective. */
export interface DiffusionObjectiveOptions {
  /** The editor's reference, as the user gave it. */
  readonly ref: string;
  readonly pipeline: Pipeline;
  /** Size at which the editor sees the photo; multiples of the autoencoder's factor. */
  readonly size: Size;
  readonly runtime: Runtime;
  /** Settings of all edits, whatever their draw. */
  readonly edit: Omit<EditOptions, 'prompt' | 'noise'>;
  readonly draws: Draws;
  /** Picture that edits are driven to, [1, 3, H, W] in [-1, 1]; `away`: away from the edit of the clean photo. */
  readonly target: Float32Array | 'away';
  /** The photo at the editor's size: `away` drives away from its edits. */
  readonly clean?: Image01;
  /**
   * Number of last steps in which the UNet is differentiated; before them its prediction is treated as constant.
   * Default: all.
   */
  readonly last?: number;
  /** Bytes that all programs may take together. Default: no limit. */
  readonly memory?: number;
  /** The result of `planDiffusion`, if it is already planned. */
  readonly plan?: DiffusionPlan;
}

/** Distance between edits that counts as 1, for each value of a picture in [-1, 1]: about the contrast of a photo. */
const PICTURE_SCALE = 0.5;

/** See the head of this file. */
export class DiffusionObjective implements Objective {
  readonly #options: DiffusionObjectiveOptions;
  /** The programs and the memory that they take. */
  readonly plan: DiffusionPlan;
  readonly #editor: Editor;
  readonly #programs: Lease;
  readonly #cleanEdits = new Map<Draw, Float32Array>();
  #measured: readonly Draw[] | undefined;

  /**
   * @throws PhotoGuardError `input` without the photo if the target is `away`, `memory` if the programs do not fit the
   *   budget
   */
  constructor(options: DiffusionObjectiveOptions) {
    const { pipeline, size, runtime, target, clean } = options;
    if (target === 'away' && !clean) throw new PhotoGuardError('input', 'the target "away" needs the photo');
    this.#options = options;
    this.plan = options.plan ?? planDiffusion(options);
    const { oneAtATime, splitGuidance, edit: plan } = this.plan;
    const programs = runtime.programs.lease(oneAtATime ? { limit: 0 } : {});
    this.#programs = programs;
    this.#editor = new Editor(pipeline, size, runtime, { splitGuidance, plan, programs });
  }

  async evaluate(image: Image01, k: number, signal?: AbortSignal): Promise<Evaluation> {
    const draws = this.#options.draws.at(k);
    const gradient = new Float32Array(image.data.length);
    let loss = 0;
    for (const draw of draws) {
      const one = await this.#evaluate(image, draw, signal);
      loss += one.loss / draws.length;
      for (let i = 0; i < gradient.length; i++) gradient[i]! += one.gradient[i]! / draws.length;
    }
    return {
      loss,
      gradient,
      scale: PICTURE_SCALE * Math.sqrt(gradient.length),
      parts: [{ ref: this.#options.ref, loss }],
    };
  }

  async measure(image: Image01, signal?: AbortSignal): Promise<readonly Part[]> {
    this.#measured ??= this.#options.draws.measured;
    let loss = 0;
    for (const draw of this.#measured) {
      const prepared = await this.#prepare(draw, signal);
      const { states } = await this.#editor.run(prepared, image, { signal });
      const target = await this.#target(draw, prepared, signal, true);
      const decoded = await this.#editor.decode(states.at(-1)![0]!, signal);
      loss += (this.#sign * distance(decoded, target)) / this.#measured.length;
    }
    return [{ ref: this.#options.ref, loss }];
  }

  release(): Promise<void> {
    return this.#programs.release();
  }

  /** One loss and its gradient for given draws. */
  async #evaluate(image: Image01, draw: Draw, signal?: AbortSignal): Promise<{ loss: number; gradient: Float32Array }> {
    const editor = this.#editor;
    const prepared = await this.#prepare(draw, signal);
    const target = await this.#target(draw, prepared, signal, false);
    const run = await editor.run(prepared, image, { signal });
    const end = await this.#run('loss', { latent: run.states.at(-1)![0]!, target }, signal);
    const loss = this.#sign * (end.loss as Float32Array)[0]!;
    // Exactly at the target the norm has no gradient: a random start leads away from it.
    const cotangent =
      loss === 0
        ? new Float32Array(this.plan.edit.latentLength)
        : (end['grad.latent'] as Float32Array).map((c) => this.#sign * c);
    const pulled = await this.#pullThroughSteps(prepared, run, cotangent, signal);
    return { loss, gradient: await this.#pullThroughEncoder(prepared, image, pulled, signal) };
  }

  // Cotangents of the photo's latent and of what the UNet is shown of it, given that of the last latent.
  async #pullThroughSteps(
    { path, predictions: programs, times }: PreparedEdit,
    { states, predictions, shown }: Run,
    cotangent: Float32Array,
    signal?: AbortSignal,
  ): Promise<{ latent: Float32Array; shown?: Float32Array }> {
    const { last = Number.POSITIVE_INFINITY } = this.#options;
    const { steps, stateSize } = path.schedule;
    const zero = (): Float32Array => new Float32Array(cotangent.length);
    const ofLatent = zero();
    const ofShown = shown && zero();
    let ofState = [cotangent, ...Array.from({ length: stateSize - 1 }, zero)];
    for (let k = steps.length - 1; k >= 0; k--) {
      const at = { state: states[k]!, prediction: predictions[k]! };
      const { state, prediction, latent } = pullBack(path, k, ofState, at);
      if (latent) addTo(ofLatent, latent);
      if (k >= steps.length - last) {
        const feeds: Tensors = { latent: modelInput(path, k, at.state), time: times[k]!, ...(shown && { shown }) };
        for (const { program, conditions, weight } of programs) {
          const cotangents = { 'cotangent.prediction': prediction.map((c) => weight * c) };
          const pulled = await this.#run(program, { ...conditions, ...feeds, ...cotangents }, signal);
          addTo(state[0]!, pulled['grad.latent'] as Float32Array, steps[k]!.inputScale);
          if (ofShown) addTo(ofShown, pulled['grad.shown'] as Float32Array);
        }
      }
      ofState = state;
    }
    addTo(ofLatent, pullBackStart(path, ofState[0]!));
    return { latent: ofLatent, ...(ofShown && { shown: ofShown }) };
  }

  async #pullThroughEncoder(
    { repaint, noise }: PreparedEdit,
    image: Image01,
    cotangents: { latent: Float32Array; shown?: Float32Array },
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const total = new Float32Array(image.data.length);
    const add = async (seen: Float32Array, draw: (length: number) => Float32Array, cotangent: Float32Array) => {
      if (cotangent.every((c) => c === 0)) return;
      const feeds = { image: image.data, seen, noise: draw(cotangent.length), 'cotangent.latent': cotangent };
      const results = await this.#run('encode', feeds, signal);
      addTo(total, results['grad.image'] as Float32Array);
    };
    await add(new Float32Array(total.length / 3).fill(1), noise.posterior, cotangents.latent);
    const { shown } = this.plan.edit.conditioning.photo;
    if (shown) await add(shown.seen(repaint, this.#options.size), shown.noise(noise), cotangents.shown!);
    return total;
  }

  #prepare({ prompt, noise }: Draw, signal?: AbortSignal): Promise<PreparedEdit> {
    return this.#editor.prepare({ ...this.#options.edit, prompt, noise }, signal);
  }

  async #target(draw: Draw, prepared: PreparedEdit, signal: AbortSignal | undefined, keep: boolean) {
    const { target, clean } = this.#options;
    if (target !== 'away') return target;
    const known = this.#cleanEdits.get(draw);
    if (known) return known;
    const { decoded } = await this.#editor.edit(prepared, clean!, { signal });
    if (keep) this.#cleanEdits.set(draw, decoded);
    return decoded;
  }

  get #sign(): 1 | -1 {
    return this.#options.target === 'away' ? -1 : 1;
  }

  #run(program: DiffusionProgram, feeds: Tensors, signal?: AbortSignal): Promise<Tensors> {
    return this.#programs.run(this.plan.graph(program), feeds, { signal });
  }
}

function addTo(sum: Float32Array, values: Float32Array, factor = 1): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * values[i]!;
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
