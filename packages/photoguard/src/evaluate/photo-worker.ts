// The work of one worker: photo after photo, all cells of each. A cell's photo is immunized once and kept; it is
// purified in every way, edited with every seed, and each edit is compared with that of the original. Each arm's attack
// runs in a separate process, so that its peak memory can be measured.
import { join } from 'node:path';
import * as z from 'zod/mini';
import { DisplacementMeter } from '../displacement/index.ts';
import { Editor, type PreparedEdit, PromptGain, seededNoise } from '../editing/index.ts';
import { type CLIPNetwork, clipNetwork, encoderFeatures, type FeatureNetwork } from '../features/index.ts';
import { type Pixels8, toImage01, toPixels8 } from '../image/index.ts';
import { sharpCodecs } from '../image/node/index.ts';
import { flip, linf255, PAIR_METRICS, psnr, ssim } from '../metrics/index.ts';
import type { Pipeline } from '../models/index.ts';
import { loadPipeline, readOnnxFile } from '../models/node/index.ts';
import { type Purifier, parsePurifiers } from '../purifiers/index.ts';
import { sha256 } from '../report/node/index.ts';
import { openRuntime, type Runtime } from '../runtime/node/index.ts';
import { object } from '../validate/index.ts';
import { armAttack } from './arm-attack.ts';
import type { Arm } from './arms.ts';
import { type LoadedClip, loadClip } from './load-clip.ts';
import { measureDisplacement } from './measure-displacement.ts';
import { type Cell, cellKey, listCells, type Plan } from './plan.ts';
import { type Masks, type PreparedPhoto, preparePhoto } from './prepare-photo.ts';
import { type Cost, type Figures, kept, type ResultLine } from './results.ts';
import { FEATURES_FILE, WorkFolder } from './store.ts';

/** Settings that a worker gets once. */
export interface WorkerSetup {
  readonly plan: Plan;
  /** Folder of photos. */
  readonly photos: string;
  /** Folder of the report. */
  readonly report: string;
  /** Folder of the editor. */
  readonly model: string;
  /** Folder of the CLIP model, if there is one. */
  readonly clip?: string;
  readonly masks: Masks;
  /** Threads that this worker's programs may use. */
  readonly threads: number;
  /** Bytes that an attack's programs may take. Absent: no limit, and programs stay loaded from photo to photo. */
  readonly memory?: number;
  /** Number of first photos whose edits are kept for the report. */
  readonly shown: number;
}

/** Metrics of every pair of edits, by the names of PAIR_METRICS. */
export const DISTANCES = ['ssim', 'psnr', 'vifp', 'fsimc', 'msSsim', 'gmsd'] as const;

/** What is known about an immunized photo apart from its pixels. */
const IMMUNIZATION = object({
  seconds: z.number('a number'),
  gradients: z.number('a number'),
  plannedBytes: z.number('a number'),
  peakBytes: z.optional(z.number('a number')),
});
type Immunization = z.output<typeof IMMUNIZATION>;

/** A photo with what all its cells share. */
interface Subject {
  readonly photo: PreparedPhoto;
  readonly file: string;
  readonly prompt: string;
  readonly isShown: boolean;
  /** Seed of attacks and purifiers, from the photo and the plan's seed, so that it depends on no other photo. */
  readonly seed: number;
  /** Edits of the original, one per seed. */
  readonly reference: readonly Pixels8[];
  /** The original after each purifier that was used so far, by its text. */
  readonly purified: Map<string, Pixels8>;
}

/** See the head of this file. */
export class PhotoWorker {
  readonly #setup: WorkerSetup;
  readonly #work: WorkFolder;
  readonly #pipeline: Pipeline;
  readonly #purifiers: readonly Purifier[];
  readonly #edits: Runtime;
  readonly #editor: Editor;
  readonly #gain: PromptGain;
  readonly #meter: DisplacementMeter;
  readonly #features: FeatureNetwork;
  readonly #clip: CLIPNetwork | undefined;
  readonly #attacks = new Map<string, Runtime>();

  private constructor(setup: WorkerSetup, pipeline: Pipeline, edits: Runtime, clip: LoadedClip | undefined) {
    const { plan } = setup;
    const size = { width: plan.side, height: plan.side };
    this.#setup = setup;
    this.#work = new WorkFolder(setup.report);
    this.#pipeline = pipeline;
    this.#purifiers = parsePurifiers(plan.purifiers.join('; '));
    this.#edits = edits;
    this.#editor = new Editor(pipeline, size, edits);
    this.#gain = new PromptGain(pipeline, size, edits);
    const { ref } = plan.model;
    this.#meter = new DisplacementMeter({ runtime: edits, encoders: { [ref]: pipeline.autoencoder }, size });
    this.#features = encoderFeatures(edits, ref, pipeline.autoencoder, size);
    this.#clip = clip && clipNetwork(edits, plan.clip!.ref, clip.clip, clip.tokenizer);
  }

  /** @throws PhotoGuardError when the model cannot be loaded */
  static async open(setup: WorkerSetup): Promise<PhotoWorker> {
    const pipeline = await loadPipeline(setup.model, setup.plan.model.ref);
    const clip = setup.clip === undefined ? undefined : await loadClip(setup.clip);
    const edits = await open(setup);
    // If memory is short, only one program is loaded at a time, whichever it is.
    await edits.programs.limit(setup.memory === undefined ? Number.POSITIVE_INFINITY : 0);
    const worker = new PhotoWorker(setup, pipeline, edits, clip);
    await worker.#work.keepJson(FEATURES_FILE, { name: worker.#features.name });
    return worker;
  }

  /**
   * Computes the cells of a photo that are not done.
   * @throws PhotoGuardError for a photo that cannot be read or edited, `aborted` when the signal fires
   */
  async photo(
    index: number,
    done: ReadonlySet<string>,
    onCell: (key: string, lines: readonly ResultLine[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { plan } = this.#setup;
    const cells = listCells(plan, index).filter((cell) => !done.has(cellKey(cell)));
    if (cells.length === 0) return;
    const subject = await this.#subject(index, signal);
    for (const cell of cells) onCell(cellKey(cell), await this.#cell(cell, subject, signal));
  }

  /** Ends the processes. */
  async close(): Promise<void> {
    await Promise.all([this.#edits, ...this.#attacks.values()].map((runtime) => runtime.close()));
  }

  async #subject(index: number, signal: AbortSignal): Promise<Subject> {
    const { plan, photos, masks, shown } = this.#setup;
    const { file, prompt } = plan.photos[index]!;
    const photo = await preparePhoto(join(photos, file), plan.side, masks);
    const seed = Number.parseInt(sha256(`${plan.seed} ${file}`).slice(0, 8), 16);
    const subject = { photo, file, prompt, seed, isShown: index < shown, reference: [], purified: new Map() };
    const reference: Pixels8[] = [];
    for (const edit of plan.seeds) reference.push(await this.#edit(photo.pixels, subject, edit, signal));
    return { ...subject, reference };
  }

  async #cell(cell: Cell, subject: Subject, signal: AbortSignal): Promise<ResultLine[]> {
    const { plan } = this.#setup;
    const key = cellKey(cell);
    const { photo, file, prompt } = subject;
    const { pixels, ...made } = await this.#immunized(cell, subject, signal);
    const change = {
      psnr: kept(psnr(photo.pixels, pixels)),
      ssim: kept(ssim(photo.pixels, pixels)),
      flip: flip(photo.pixels, pixels),
      linf255: linf255(photo.pixels, pixels),
    };
    const lines: ResultLine[] = [];
    const edits: Pixels8[] = [];
    for (const purifier of this.#purifiers.filter(({ spec }) => cell.purifiers.includes(spec))) {
      const isReference = cell.arm.kind === 'clean' && purifier.spec === 'none';
      const purify = (picture: Pixels8): Promise<Pixels8> => this.#purify(purifier, picture, subject, signal);
      const purified = await purify(pixels);
      const displacement = await measureDisplacement(
        this.#meter,
        { purifier, original: photo.pixels, pixels, purified, purify, purifiedOriginals: subject.purified },
        signal,
      );
      for (const [i, seed] of plan.seeds.entries()) {
        const began = performance.now();
        const edit = isReference ? subject.reference[i]! : await this.#edit(purified, subject, seed, signal);
        edits.push(edit);
        const distance = { ...measureDistances(subject.reference[i]!, edit), displacement };
        const quality = await this.#measureQuality(edit, prompt, signal);
        if (subject.isShown && i === 0)
          await this.#work.keepPicture(`${key}.edit.${plan.purifiers.indexOf(purifier.spec)}`, edit);
        const cost = roundCost(made, (performance.now() - began) / 1000);
        const { arm, eps255 } = cell;
        lines.push({
          photo: file,
          arm: arm.name,
          eps255,
          purifier: purifier.spec,
          seed,
          prompt,
          distance,
          quality,
          change,
          cost,
        });
      }
    }
    await this.#keepFeatures(key, edits, signal);
    if (cell.arm.kind === 'clean') await this.#keepFeatures(`${key}.photo`, [photo.pixels], signal);
    return lines;
  }

  #purify(purifier: Purifier, pixels: Pixels8, { seed }: Subject, signal: AbortSignal): Promise<Pixels8> {
    const { ref } = this.#setup.plan.model;
    return purifier.apply(pixels, {
      ...{ seed, signal, runtime: this.#edits, codecs: sharpCodecs },
      autoencoder: { ref, autoencoder: this.#pipeline.autoencoder },
      editor: { ref, pipeline: this.#pipeline },
      readOnnx: (path) => readOnnxFile(path, 'not-found'),
    });
  }

  async #measureQuality(edit: Pixels8, prompt: string, signal: AbortSignal): Promise<Figures> {
    const [clip] = this.#clip ? await this.#clip.promptSimilarity([edit], [prompt], signal) : [];
    return {
      promptGain: kept(await this.#gain.of(toImage01(edit), prompt, signal)),
      ...(clip !== undefined && { clip: kept(clip) }),
    };
  }

  async #keepFeatures(name: string, pictures: readonly Pixels8[], signal: AbortSignal): Promise<void> {
    const { data } = await this.#features.features(pictures, signal);
    await this.#work.keepNumbers(name, Float32Array.from(data));
  }

  async #edit(pixels: Pixels8, { photo, prompt }: Subject, seed: number, signal: AbortSignal): Promise<Pixels8> {
    const { edit } = this.#setup.plan;
    const options = { ...edit, prompt, noise: seededNoise(seed), mask: photo.mask };
    const prepared: PreparedEdit = await this.#editor.prepare(options, signal);
    return toPixels8((await this.#editor.edit(prepared, toImage01(pixels), { signal })).image);
  }

  async #immunized(cell: Cell, subject: Subject, signal: AbortSignal): Promise<Immunization & { pixels: Pixels8 }> {
    const { photo } = subject;
    if (cell.arm.kind === 'clean') return { pixels: photo.pixels, seconds: 0, gradients: 0, plannedBytes: 0 };
    const key = cellKey(cell);
    const known = await this.#work.json(key, IMMUNIZATION);
    const picture = known && (await this.#work.picture(key));
    if (picture) return { ...known, pixels: picture };
    const { pixels, ...made } = await this.#immunize(cell, subject, signal);
    await this.#work.keepPicture(key, pixels);
    await this.#work.keepJson(key, made);
    return { ...made, pixels };
  }

  async #immunize({ arm, eps255 }: Cell, subject: Subject, signal: AbortSignal) {
    const { plan, memory } = this.#setup;
    const { photo, seed } = subject;
    const runtime = await this.#openRuntimeFor(arm);
    const attack = armAttack({
      ...{ plan, arm, eps255, photo, seed, runtime, pipeline: this.#pipeline },
      memory,
    });
    if (arm.kind === 'noise')
      return { pixels: attack.control(photo.pixels), seconds: 0, gradients: 0, plannedBytes: 0 };
    try {
      if (memory !== undefined) await this.#edits.programs.clear(); // nothing besides the attack's budget
      const began = performance.now();
      const { pixels, gradients } = await attack.immunize(photo.pixels, { signal });
      const seconds = (performance.now() - began) / 1000;
      const plannedBytes = await attack.plannedBytes(signal);
      const peakBytes = await runtime.peakBytes();
      return { pixels, seconds, gradients, plannedBytes, peakBytes };
    } finally {
      await attack.release().catch(() => undefined); // the runtime may be gone; the first error is the one to report
    }
  }

  async #openRuntimeFor({ name, kind }: Arm): Promise<Runtime> {
    if (kind === 'noise') return this.#edits;
    const known = this.#attacks.get(name);
    if (known) return known;
    const runtime = await open(this.#setup);
    if (this.#setup.memory === undefined) await runtime.programs.limit(Number.POSITIVE_INFINITY);
    this.#attacks.set(name, runtime);
    return runtime;
  }
}

const open = ({ plan, threads }: WorkerSetup): Promise<Runtime> =>
  openRuntime({ device: plan.device as 'cpu', threads });

const measureDistances = (reference: Pixels8, edit: Pixels8): Figures =>
  Object.fromEntries(DISTANCES.map((name) => [name, kept(PAIR_METRICS[name]!.of(reference, edit))]));

const roundCost = ({ seconds, ...made }: Immunization, edit: number): Cost => ({
  seconds: { immunize: Number(seconds.toFixed(3)), edit: Number(edit.toFixed(3)) },
  ...made,
});
