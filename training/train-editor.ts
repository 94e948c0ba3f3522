// node --conditions=source training/train-editor.ts --cache FOLDER --out FOLDER
// Trains the UNet and the text encoder of an editor on the cache that prepare.ts makes.
import { join } from 'node:path';
import { liveLine, print, printError, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { openRuntime } from 'photoguard/runtime/node';
import { exportModel, runTraining } from 'photoguard/training';
import { openEditorCache } from './data/editor-cache.ts';
import { EDITOR_PARTS, readBeginning } from './editor/beginning.ts';
import { EDITOR_CURVES } from './editor/curves.ts';
import { openEditorTraining } from './editor/training.ts';
import { addTrainingOptions, type TrainingOptions } from './engine/options.ts';

interface Options extends TrainingOptions {
  readonly cache: string;
  readonly begin?: string;
  readonly samples: number;
  readonly warmup: number;
}

const command = addTrainingOptions(
  new Command('train-editor')
    .description(
      `Trains the UNet and the text encoder of an editor. It can be stopped at any time: run it again to resume from
its checkpoint. FOLDER/log.jsonl is its log, FOLDER/unet and FOLDER/text_encoder the models so far.`,
    )
    .requiredOption('--cache <folder>', 'folder that prepare.ts has made')
    .option('--begin <pipeline>', "pipeline to begin with, with the cache's tokenizer; default: new weights")
    .option('--samples <n>', 'samples of the whole training', whole(1), 312_000)
    .option('--warmup <n>', 'steps over which the learning rate rises', whole(1), 300)
    .addHelpText(
      'after',
      '\nExample:\n  node --conditions=source training/train-editor.ts --cache cache --out runs/editor',
    ),
  { rate: 0.0006, of: 'weights and batches', batch: { of: 'samples a step', count: 32 } },
);

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const { out, samples, batch: size, seed, threads, minutes, warmup } = options;
  if (samples < size)
    throw new PhotoGuardError('usage', '--samples must be at least one step', {
      got: `${samples}, with --batch ${size}`,
    });
  const rate = { peak: options.rate, warmup, steps: Math.ceil(samples / size) };
  const cache = await openEditorCache(options.cache);
  printError(`${cache.trainCount} versions of photos to train on, ${cache.validationCount} to validate with`);
  const runtime = await openRuntime({ device: 'cpu', threads });
  try {
    const training = await openEditorTraining({
      runtime,
      cache,
      size,
      seed,
      ...(options.begin && { begin: await readBeginning(options.begin, options.cache) }),
    });
    const { editor, configs, trainer, parameters } = training;
    const { steps, finished } = await runTraining({
      live: liveLine(),
      ...{ out, trainer, parameters, samplesPerStep: size, rate, signal },
      ...{ logEvery: 64, checkEvery: 640, minutes },
      step: training.step,
      check: training.validate,
      title: 'Training of an editor',
      curves: EDITOR_CURVES,
      about: `${cache.trainCount} versions of photos at ${cache.latentSide}x${cache.latentSide} latents.`,
    });
    const write = (name: string, file: string, config: object, weights: typeof editor.unetParameters) =>
      exportModel(join(out, name), file, config, weights, trainer);
    await write('unet', EDITOR_PARTS.unet, configs.unet, editor.unetParameters);
    await write('text_encoder', EDITOR_PARTS.text_encoder, configs.text, editor.textParameters);
    print(`${finished ? 'done' : 'stopped'} after ${steps} steps: ${out}`);
  } finally {
    await runtime.close();
  }
};

await runCommand(command, run, { stopped: 'stopped; run it again to resume' });
