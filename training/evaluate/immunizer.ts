// node --conditions=source training/evaluate/immunizer.ts --photos FOLDER --hub FOLDER
// The figures of models/immunizer: what its protection does to encoders that it was not trained against.
import { join } from 'node:path';
import { jsonOption, print, printError, printJson, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import type { Encoder } from 'photoguard/models';
import { loadAutoencoder, loadImmunizer, loadSurrogates } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { SPACES, TEACHERS } from '../surrogates/designs.ts';
import { immunizerTransfer } from './immunizer-transfer.ts';
import { readSquares } from './squares.ts';

interface Options {
  readonly photos: string;
  readonly hub: string;
  readonly immunizer: string;
  readonly surrogates: string;
  readonly side: number;
  readonly limit?: number;
  readonly purifiers: string;
  readonly json: boolean;
}

const command = new Command('immunizer')
  .description(
    `Judges an immunizer by what its protection does to the encoders that its surrogates stand in for, which it never saw, at the
visibility "low": displacement, mean of the spaces, beside noise of the same root-mean-square size with as much of it at each
place, beside the change that it makes of another photo, and beside the recipe quick. Photos are squares cut from the middle.`,
  )
  .requiredOption('--photos <folder>', 'photos that nothing was trained on, at least two')
  .requiredOption('--hub <folder>', 'the encoders, as <owner>/<name>')
  .option('--immunizer <folder>', 'the immunizer', 'models/immunizer')
  .option('--surrogates <folder>', 'the surrogates of the recipe quick', 'models/surrogates')
  .option('--side <n>', 'pixels of a side', whole(64, 2048), 512)
  .option('--limit <n>', 'take the first so many photos', whole(2))
  .option('--purifiers <list>', 'measure after these, too', 'none; jpeg:75; resize:0.5; jpeg:75 > resize:0.5')
  .addOption(jsonOption('print JSON'))
  .addHelpText(
    'after',
    '\nExample:\n  node --conditions=source training/evaluate/immunizer.ts --photos photos --hub hub --limit 4 --side 384',
  );

await runCommand<Options>(command, async (options, signal) => {
  const teachers: Record<string, Encoder> = {};
  for (const space of SPACES) teachers[space] = (await loadAutoencoder(join(options.hub, TEACHERS[space]))).autoencoder;
  const runtime = await openRuntime({ device: 'cpu' });
  try {
    const photos = await readSquares(options.photos, options.side, options.limit);
    const rows = await immunizerTransfer({
      ...{ runtime, teachers, photos, signal },
      immunizer: await loadImmunizer(options.immunizer),
      surrogates: await loadSurrogates(options.surrogates),
      purifiers: options.purifiers.split(';').map((spec) => spec.trim()),
      onDone: (what) => printError(what),
    });
    if (options.json) return printJson({ photos: photos.length, side: options.side, rows });
    print(`displacement, mean of ${SPACES.length} spaces, ${photos.length} photos of ${options.side}x${options.side}`);
    print(`${'after'.padEnd(21)} ${rows[0]!.arms.map(({ arm }) => arm.padEnd(15)).join(' ')}`);
    for (const { purifier, arms } of rows)
      print(
        `${purifier.padEnd(21)} ${arms.map(({ moved }) => `${moved.mean.toFixed(2)} ± ${moved.ci.toFixed(2)}`.padEnd(15)).join(' ')}`,
      );
  } finally {
    await runtime.close();
  }
});
