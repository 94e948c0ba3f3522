// The training of an editor on a cache: its models, its steps, and its validation loss.
import type { Runtime, Tensors } from 'photoguard/runtime';
import { type FirstTensor, type StepResult, Trainer } from 'photoguard/training';
import type { EditorCache } from '../data/editor-cache.ts';
import { type EditorBeginning, fromSeed, type NewEditor, newEditor, textConfig, unetConfig } from './architecture.ts';
import { makeFeeds } from './feeds.ts';
import { lossGraph, predictionGraph } from './graphs.ts';
import { validate } from './validation.ts';

/** The lab's settings: AdamW, gradients clipped at norm 1, a moving average of the weights. */
export const OPTIMISER = {
  betas: [0.9, 0.99],
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  averageDecay: 0.999,
} as const;

/** Rows of a validation batch. */
const VALIDATION_ROWS = 64;

/** A training that is ready to run. */
export interface EditorTraining {
  readonly editor: NewEditor;
  readonly configs: { readonly unet: ReturnType<typeof unetConfig>; readonly text: ReturnType<typeof textConfig> };
  readonly parameters: ReadonlyMap<string, FirstTensor>;
  readonly trainer: Trainer;
  /** The input of a step; steps count from 1. */
  feeds(step: number): Tensors;
  step(step: number, rate: number): Promise<StepResult>;
  /** `validation_hole`, `validation_known`, `validation_whole` of the averaged weights. */
  validate(): Promise<Record<string, number>>;
}

/** Opens the training of an editor. `begin`: initial values of its weights; default: new ones, by the seed. */
export async function openEditorTraining({
  runtime,
  cache,
  size,
  seed,
  begin = fromSeed(seed),
}: {
  readonly runtime: Runtime;
  readonly cache: EditorCache;
  readonly size: number;
  readonly seed: number;
  readonly begin?: EditorBeginning;
}): Promise<EditorTraining> {
  const { latentSide, tokens, vocabulary } = cache;
  const configs = { unet: unetConfig(latentSide), text: textConfig(vocabulary, tokens) };
  const editor = newEditor(configs, begin);
  const loss = lossGraph(editor, size, latentSide); // this creates the weights
  const parameters = new Map([...editor.unetParameters.tensors(), ...editor.textParameters.tensors()]);
  const trainer = await Trainer.open({ ...{ runtime, loss, parameters }, ...OPTIMISER });
  const averaged = await trainer.evaluator(predictionGraph(editor, VALIDATION_ROWS, latentSide));
  const feeds = (step: number): Tensors => {
    const batch = cache.batch({ size, seed, step: step - 1 });
    return { ...makeFeeds(batch, editor.unet), target: batch.target };
  };
  return {
    ...{ editor, configs, parameters, trainer, feeds },
    step: (step, rate) => trainer.step(step, rate, [feeds(step)]),
    validate: async () => {
      const losses = await validate(averaged, cache.validation(VALIDATION_ROWS), editor.unet, VALIDATION_ROWS);
      return Object.fromEntries(Object.entries(losses).map(([name, value]) => [`validation_${name}`, value]));
    },
  };
}
