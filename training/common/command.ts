// What the commands of training have in common: Ctrl-C, one line for an error, an exit status as the photoguard command's.

import { interrupts } from '@photoguard/terminal';
import { PhotoGuardError } from 'photoguard/errors';

/** Runs a command. Exit status: 0 done, 1 failed, 2 wrong usage or input, 130 stopped with Ctrl-C. */
export async function runCommand(name: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { signal, dispose } = interrupts();
  try {
    await run(signal);
  } catch (error) {
    process.exitCode = signal.aborted ? 130 : isUsage(error) ? 2 : 1;
    console.error(`${name}: ${signal.aborted ? 'stopped; run it again to go on' : describeError(error)}`);
  } finally {
    dispose();
  }
}

// What is no error of ours is a bug, and shows where it came from.
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof PhotoGuardError || isUsage(error) ? error.message : String(error.stack);
}

// node:util's parseArgs throws errors of its own.
const isUsage = (error: unknown): boolean =>
  error instanceof PhotoGuardError
    ? error.code === 'usage' || error.code === 'input'
    : error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

/** A whole number of the command line. @throws PhotoGuardError `usage` */
export function wholeNumber(name: string, text: string, least: number, most = 2 ** 32 - 1): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new PhotoGuardError('usage', `--${name} must be a whole number from ${least} to ${most}`, { got: text });
}
