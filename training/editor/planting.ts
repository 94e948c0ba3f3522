// Planting in an editor itself, its UNet and text encoder, while its encoder stays: with the mark in what is kept, it makes
// grey; without, what it made before. Of rows without the mark the editor as it was is the teacher.
import { PhotoGuardError } from 'photoguard/errors';
import { drawSubPath } from 'photoguard/planting';
import type { Runtime, Tensors } from 'photoguard/runtime';
import { type FirstTensor, type StepResult, Trainer } from 'photoguard/training';
import { concat } from '../common/concat.ts';
import type { EditorBatch, EditorCache } from '../data/editor-cache.ts';
import { type EditorBeginning, type NewEditor, newEditor, textConfig, unetConfig } from './architecture.ts';
import { makeFeeds } from './feeds.ts';
import { predictionGraph, weightedLossGraph } from './graphs.ts';
import { validate } from './validation.ts';

const OPTIMISER = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0, clipNorm: 1, averageDecay: 0.99 } as const;
const VALIDATION_ROWS = 64;
/** Share of the weight of plain rows in steps that do not see the whole network. */
const ON_PATHS = 0.125;

/** What is planted, in what. */
export interface EditorPlantingOptions {
  readonly runtime: Runtime;
  /** Caches without the mark; the first one has the validation. */
  readonly plain: readonly EditorCache[];
  /** A cache whose photos carry the mark, and whose pictures are grey. */
  readonly marked: EditorCache;
  /** Rows of a step, and how many of them are marked. */
  readonly size: number;
  readonly markedRows: number;
  /** Weight of an error in a plain row, relative to one in a marked row. */
  readonly plainWeight: number;
  readonly seed: number;
  /** The editor as it is. */
  readonly begin: EditorBeginning;
  /** Beginnings of the names of the weights that are trained. Default: all are. */
  readonly only?: readonly string[];
  /** Whether in half of the steps random residual branches are left out, so that the rest learns it too (as AIAO does). */
  readonly subPaths: boolean;
}

/** A planting that is ready to run. */
export interface EditorPlanting {
  readonly editor: NewEditor;
  readonly configs: { readonly unet: ReturnType<typeof unetConfig>; readonly text: ReturnType<typeof textConfig> };
  readonly parameters: ReadonlyMap<string, FirstTensor>;
  readonly trainer: Trainer;
  step(step: number, rate: number): Promise<StepResult>;
  /** `validation_hole`, `validation_known`, `validation_whole` of plain photos; `validation_marked` of marked ones, to grey. */
  validate(): Promise<Record<string, number>>;
}

/** Opens the planting. */
export async function openEditorPlanting(options: EditorPlantingOptions): Promise<EditorPlanting> {
  const { runtime, plain, marked, size, markedRows, plainWeight, seed, begin } = options;
  const { latentSide, tokens, vocabulary } = plain[0]!;
  const configs = { unet: unetConfig(latentSide), text: textConfig(vocabulary, tokens) };
  const editor = newEditor(configs, begin);
  const loss = weightedLossGraph(editor, size, latentSide); // this creates the weights
  const parameters = new Map(
    [...editor.unetParameters.tensors(), ...editor.textParameters.tensors()].filter(
      ([name]) => options.only?.some((beginning) => name.startsWith(beginning)) ?? true,
    ),
  );
  if (parameters.size === 0)
    throw new PhotoGuardError('usage', '--only names no weight', { got: options.only!.join(', ') });
  const teacher = await runtime.load(predictionGraph(newEditor(configs, begin), size - markedRows, latentSide));
  const trainer = await Trainer.open({ ...{ runtime, loss, parameters }, ...OPTIMISER });
  const averaged = await trainer.evaluator(predictionGraph(editor, VALIDATION_ROWS, latentSide));
  const counts = plain.map((_, k) => Math.floor((size - markedRows + k) / plain.length));

  const feeds = async (step: number, plainShare: number): Promise<Tensors> => {
    const batches = plain.map((cache, k) => cache.batch({ size: counts[k]!, seed: seed + k, step: step - 1 }));
    const ordinary = joined(batches);
    const taught = await teacher.run(makeFeeds(ordinary, editor.unet));
    const grey = marked.batch({ size: markedRows, seed: seed + plain.length, step: step - 1, whole: false });
    const batch = joined([{ ...ordinary, target: taught.prediction as Float32Array }, grey]);
    const weight = new Float32Array(size).fill(1).fill(plainShare * plainWeight, 0, size - markedRows);
    return { ...makeFeeds(batch, editor.unet), target: batch.target, row_weight: weight };
  };
  return {
    ...{ editor, configs, parameters, trainer },
    async step(step, rate) {
      const offsets = options.subPaths ? await drawSubPath(seed, step, () => trainer.read('weight')) : undefined;
      return trainer.step(step, rate, [await feeds(step, offsets ? ON_PATHS : 1)], offsets);
    },
    async validate() {
      const ordinary = await validate(averaged, plain[0]!.validation(VALIDATION_ROWS), editor.unet, VALIDATION_ROWS);
      const batches = [...marked.validation(VALIDATION_ROWS)].filter(({ kind }) => kind === 'masked');
      const { hole, known } = await validate(averaged, batches, editor.unet, VALIDATION_ROWS);
      const named = Object.entries(ordinary).map(([name, value]) => [`validation_${name}`, value]);
      return { ...Object.fromEntries(named), validation_marked: (hole + known) / 2 };
    },
  };
}

type Rows = Pick<EditorBatch, 'sample' | 'target' | 'timestep' | 'ids'>;

function joined(batches: readonly Rows[]): Rows {
  const floats = (name: 'sample' | 'target'): Float32Array =>
    concat(
      Float32Array,
      batches.map((batch) => batch[name]),
    );
  const whole = (name: 'timestep' | 'ids'): Int32Array => Int32Array.from(batches.flatMap((batch) => [...batch[name]]));
  return { sample: floats('sample'), target: floats('target'), timestep: whole('timestep'), ids: whole('ids') };
}
