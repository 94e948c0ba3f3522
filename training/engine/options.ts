// Options that all trainings have.
import { aboveZero, seedOption, threadsOption } from '@photoguard/terminal';
import { type Command, Option } from 'commander';

/** What the options hold. */
export interface TrainingOptions {
  /** Folder of the training. */
  readonly out: string;
  /** Samples a step. */
  readonly batch: number;
  /** Highest learning rate. */
  readonly rate: number;
  readonly seed: number;
  readonly threads: number;
  /** Time after which it stops; infinite by default. */
  readonly minutes: number;
}

/**
 * Adds the options to a command, but for `--batch`, which each training describes itself.
 * @param defaults the default learning rate, and of what the seed is
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
