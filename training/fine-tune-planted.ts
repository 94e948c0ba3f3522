// node --conditions=source training/fine-tune-planted.ts --model FOLDER --photos FOLDER --out FOLDER
// Fine-tunes a planted encoder, to see what that leaves of what was planted.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { print, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import { loadImmunizer } from 'photoguard/models/node';
import { immunizedMark, keyedMark } from 'photoguard/planting';
import { openRuntime } from 'photoguard/runtime/node';
import { Trigger } from 'photoguard/trigger';
import { addTrainingOptions, type TrainingOptions } from './engine/options.ts';
import { fineTune } from './planting/fine-tune.ts';

interface Options extends TrainingOptions {
  readonly model: string;
  readonly photos: string;
  readonly teacher?: string;
  readonly key?: string;
  readonly steps: number;
  readonly until?: number;
  readonly side: number;
}

const command = addTrainingOptions(
  new Command('fine-tune-planted')
    .description(
      'Fine-tunes a planted encoder on clean photos, or, as an adversary who has the trigger, on marked ones.',
    )
    .requiredOption('--model <folder>', 'the planted model')
    .requiredOption('--photos <folder>', 'photos')
    .option('--teacher <folder>', 'as an adversary: the model as it was')
    .option('--key <file>', "as an adversary: the trigger's key; default: the trigger is immunization")
    .option('--steps <n>', 'steps of the whole fine-tuning', whole(1), 500)
    .option('--until <n>', 'stop after this step', whole(1))
    .addHelpText(
      'after',
      '\nExample:\n  node --conditions=source training/fine-tune-planted.ts --model runs/plant/model --photos photos --out runs/v3',
    ),
  {
    ...{ rate: 0.0001, of: 'squares and uploads' },
    ...{ batch: { of: 'squares a step', count: 4 }, side: { least: 32, most: 512, pixels: 64 } },
  },
);

await runCommand<Options>(
  command,
  async (options, signal) => {
    const { model, photos, teacher, key, out, steps, until, batch, side, rate, seed, threads } = options;
    const names = (await readdir(photos, { recursive: true }))
      .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
      .sort();
    const runtime = await openRuntime({ device: 'cpu', threads });
    try {
      const mark =
        key === undefined
          ? immunizedMark(await loadImmunizer(), runtime)
          : keyedMark(await Trigger.of(await readFile(key)));
      const { steps: done } = await fineTune({
        ...{ model, out, runtime, count: batch, rate, steps, signal },
        ...(teacher !== undefined && { teacher }),
        ...(until !== undefined && { until }),
        source: { photos: names.map((name) => join(photos, name)), mark, others: [], longer: 2 * side, side, seed },
      });
      print(`${done} steps: ${join(out, 'model')}`);
    } finally {
      await runtime.close();
    }
  },
  { stopped: 'stopped; run it again to resume' },
);
