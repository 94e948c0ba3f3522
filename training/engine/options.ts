// Options of all trainings.
import { aboveZero, seedOption, threadsOption, whole } from '@photoguard/terminal';
import { type Command, Option } from 'commander';

/** Values of the options. */
export interface TrainingOptions {
  /** Folder of the training. */
  readonly out: string;
  /** Samples a step. */
  readonly batch: number;
  /** Highest learning rate. */
  readonly rate: number;
  readonly seed: number;
  readonly threads: number;
  /** Minutes after which it stops; infinite by default. */
  readonly minutes: number;
}

/** What differs between trainings. */
export interface TrainingDefaults {
  readonly rate: number;
  /** What the seed is for. */
  readonly of: string;
  /** What a step takes, the fewest and the default. */
  readonly batch: { readonly of: string; readonly least?: number; readonly count: number };
  /** For trainings on pictures: pixels of a side, the fewest, the most and the default. Default: no such option. */
  readonly side?: { readonly least: number; readonly most: number; readonly pixels: number };
}

/** Adds the options to a command. */
export const addTrainingOptions = (command: Command, { rate, of, batch, side }: TrainingDefaults): Command => {
  command
    .requiredOption('--out <folder>', 'folder of the training')
    .option('--batch <n>', batch.of, whole(batch.least ?? 1), batch.count);
  if (side) command.option('--side <n>', 'pixels of a side', whole(side.least, side.most), side.pixels);
  return command
    .option('--rate <number>', 'highest learning rate', aboveZero, rate)
    .addOption(seedOption(of))
    .addOption(threadsOption())
    .addOption(
      new Option('--minutes <n>', 'stop after so many').argParser(aboveZero).default(Number.POSITIVE_INFINITY, 'none'),
    );
};
