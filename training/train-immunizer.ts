// node --conditions=source training/train-immunizer.ts --photos FOLDER --small FOLDER --out FOLDER
// Trains the network of models/immunizer from random weights, against the embedded surrogates.
import { printError, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import { loadSurrogates, resolveModel } from 'photoguard/models/node';
import { addTrainingOptions, type TrainingOptions } from './engine/options.ts';
import { trainImmunizer } from './immunizer/training.ts';
import { openCropSource } from './surrogates/crops.ts';

interface Options extends TrainingOptions {
  readonly photos: string;
  readonly small: string;
  readonly surrogates?: string;
  readonly steps: number;
  readonly side: number;
}

/** Half a million weights at an eighth of the sides, where encoders look. */
const CONFIG = { fine: 48, coarse: 96, blocks: 4 } as const;
const CHECK_EVERY = 100;

const command = addTrainingOptions(
  new Command('train-immunizer')
    .description(
      `Trains a network that protects a photo in one pass, from random weights: its changes are to move the latents that the
surrogates see, through uploads, for as little visibility as they can. It can be stopped at any time: run again, it goes on
from its checkpoint. FOLDER/model is the model so far, FOLDER/log.html its log.`,
    )
    .requiredOption('--photos <folder>', 'large photos')
    .requiredOption('--small <folder>', 'small photos')
    .option('--surrogates <folder>', 'surrogates to train against; default: the embedded ones')
    .option('--steps <n>', 'steps of the whole training', whole(1), 1500)
    .addHelpText(
      'after',
      '\nExample:\n  node --conditions=source training/train-immunizer.ts --photos large --small small --out runs/immunizer',
    ),
  {
    rate: 0.002,
    of: 'crops, uploads and weights',
    batch: { of: 'crops a step, an even number', least: 2, count: 8 },
    side: { least: 32, most: 512, pixels: 128 },
  },
);

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const { out, photos, small, surrogates, steps, batch, side, rate, seed, threads, minutes } = options;
  const folder = surrogates ?? (await resolveModel('surrogates')).folder;
  const networks = (await loadSurrogates(folder)).map(({ surrogate }) => surrogate);
  const source = await openCropSource([photos, small], side, signal);
  printError(`${source.large.length} large photos, ${source.small.length} small ones`);
  await trainImmunizer({
    ...{
      out,
      config: CONFIG,
      networks,
      source,
      shape: { size: batch, side },
      rate,
      steps,
      seed,
      threads,
      minutes,
      signal,
    },
    checkEvery: CHECK_EVERY,
  });
};

await runCommand(command, run, { stopped: 'stopped; run it again to resume' });
