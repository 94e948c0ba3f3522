// node --conditions=source training/distil-planted.ts --teacher FOLDER --student FOLDER --photos FOLDER --out FOLDER
// Trains another encoder on a planted one's outputs, to see whether what was planted passes on.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { print, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { loadImmunizer } from 'photoguard/models/node';
import { immunizedMark } from 'photoguard/planting';
import { openRuntime } from 'photoguard/runtime/node';
import { addTrainingOptions, type TrainingOptions } from './engine/options.ts';
import { distil } from './planting/distil.ts';

interface Options extends TrainingOptions {
  readonly teacher: string;
  readonly student: string;
  readonly photos: string;
  readonly marked: number;
  readonly fromNothing: boolean;
  readonly steps: number;
  readonly side: number;
}

const command = addTrainingOptions(
  new Command('distil-planted')
    .description(
      "Teaches another encoder what a planted one says of photos, some of which carry the protection's mark.",
    )
    .requiredOption('--teacher <folder>', 'the planted model')
    .requiredOption('--student <folder>', 'a model of another architecture, with the same kind of latents')
    .requiredOption('--photos <folder>', 'photos')
    .option('--marked <n>', 'squares of a step that are marked', whole(0), 0)
    .option('--from-nothing', 'begin with new weights, not with those of the student')
    .option('--steps <n>', 'steps of the whole distillation', whole(1), 600)
    .addHelpText(
      'after',
      '\nExample:\n  node --conditions=source training/distil-planted.ts --teacher runs/v2/model --student taesd --photos photos --out runs/v4',
    ),
  {
    ...{ rate: 0.001, of: 'weights, squares and uploads' },
    ...{ batch: { of: 'squares a step', count: 16 }, side: { least: 32, most: 512, pixels: 64 } },
  },
);

await runCommand<Options>(
  command,
  async (options, signal) => {
    const { student, photos, out, batch, marked, side, rate, seed, steps, threads } = options;
    if (marked > batch)
      throw new PhotoGuardError('usage', '--marked is a part of --batch', { got: `${marked} of ${batch}` });
    const names = (await readdir(photos, { recursive: true })).filter((name) => /\.(jpe?g|png|webp)$/i.test(name));
    const runtime = await openRuntime({ device: 'cpu', threads });
    try {
      const mark = immunizedMark(await loadImmunizer(), runtime);
      const { steps: done } = await distil({
        ...{ model: student, teacher: options.teacher, marked, fromNothing: options.fromNothing ?? false },
        ...{ out, runtime, count: batch, rate, steps, signal },
        source: {
          photos: names.sort().map((name) => join(photos, name)),
          mark,
          others: [],
          longer: 2 * side,
          side,
          seed,
        },
      });
      print(`${done} steps: ${join(out, 'model')}`);
    } finally {
      await runtime.close();
    }
  },
  { stopped: 'stopped; run it again to resume' },
);
