// Options of all trainings.
import { aboveZero, seedOption, threadsOption } from '@photoguard/terminal';
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

/**
 * Adds the options to a command, except `--batch`, which each training describes itself.
 * @param defaults the default learning rate, and what the seed is for
 */
export const addTrainingOptions = (command: Command, { rate, of }: { rate: number; of: string }): Command =>
  command
    .requiredOption('--out <folder>', 'folder of the training')
    .option('--rate <number>', 'highest learning rate', aboveZero, rate)
    .addOption(seedOption(of))
    .addOption(threadsOption())
    .addOption(
      new Option('--minutes <n>', 'stop after so many').argParser(aboveZero).default(Number.POSITIVE_INFINITY, 'none'),
    );
