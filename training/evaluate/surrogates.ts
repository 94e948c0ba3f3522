// node --conditions=source training/evaluate/surrogates.ts --photos FOLDER --hub FOLDER
// The figures of models/surrogates: what a protection made on them does to the encoders they stand in for.
import { join } from 'node:path';
import { aboveZero, jsonOption, print, printError, printJson, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import type { Encoder } from 'photoguard/models';
import { loadAutoencoder, loadSurrogates } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { SPACES, TEACHERS } from '../surrogates/designs.ts';
import { readSquares } from './squares.ts';
import type { Estimate } from './statistics.ts';
import { surrogateTransfer } from './surrogate-transfer.ts';

interface Options {
  readonly photos: string;
  readonly hub: string;
  readonly surrogates: string;
  readonly side: number;
  readonly limit?: number;
  readonly eps: number;
  readonly steps: number;
  readonly purifiers: string;
  readonly through?: string;
  readonly json: boolean;
}

const command = new Command('surrogates')
  .description(
    `Judges surrogates by what a protection made on them does to the encoders that they stand in for, which it does not see:
displacement of each, beside that by a protection made on this encoder itself (same bound, as many gradients), and by noise
and a change of tone of the same root-mean-square size. Photos are squares cut from the middle.`,
  )
  .requiredOption('--photos <folder>', 'photos that nothing was trained on')
  .requiredOption('--hub <folder>', 'the encoders, as <owner>/<name>')
  .option('--surrogates <folder>', 'the surrogates', 'models/surrogates')
  .option('--side <n>', 'pixels of a side', whole(64, 2048), 512)
  .option('--limit <n>', 'take the first so many photos', whole(1))
  .option('--eps <levels>', 'largest change, of 255', aboveZero, 8)
  .option('--steps <n>', 'gradients', whole(1), 30)
  .option('--purifiers <list>', 'measure after these, too', 'none; jpeg:75; resize:0.5')
  .option('--through <transforms>', 'what the protection made on surrogates is to survive')
  .addOption(jsonOption('print JSON'))
  .addHelpText(
    'after',
    '\nExample:\n  node --conditions=source training/evaluate/surrogates.ts --photos photos --hub hub --limit 4 --side 384',
  );

const shown = (value: Estimate | undefined): string =>
  value ? `${value.mean.toFixed(2)} ± ${value.ci.toFixed(2)}` : '-';

await runCommand<Options>(command, async (options, signal) => {
  const teachers: Record<string, Encoder> = {};
  for (const space of SPACES) teachers[space] = (await loadAutoencoder(join(options.hub, TEACHERS[space]))).autoencoder;
  const surrogates = await loadSurrogates(options.surrogates);
  const photos = await readSquares(options.photos, options.side, options.limit);
  const runtime = await openRuntime({ device: 'cpu' });
  try {
    const rows = await surrogateTransfer({
      ...{ runtime, surrogates, teachers, photos, eps255: options.eps, steps: options.steps, signal },
      purifiers: options.purifiers.split(';').map((spec) => spec.trim()),
      through: options.through,
      onDone: (what) => printError(what),
    });
    const { side, eps, steps, through } = options;
    if (options.json) return printJson({ photos: photos.length, side, eps255: eps, steps, through, rows });
    print(`displacement, ${photos.length} photos of ${side}x${side}, ${eps}/255, ${steps} gradients`);
    print('space   purifier     on surrogates   on the encoder  share   noise           tone');
    for (const { space, purifier, onSurrogates, onTeacher, share, noise, tone } of rows)
      print(
        [
          ...[space.padEnd(7), purifier.padEnd(12), shown(onSurrogates).padEnd(15), shown(onTeacher).padEnd(15)],
          ...[
            (share === undefined ? '-' : `${Math.round(100 * share)}%`).padEnd(7),
            shown(noise).padEnd(15),
            shown(tone),
          ],
        ].join(' '),
      );
  } finally {
    await runtime.close();
  }
});
