// What the commands of training have in common: Ctrl-C, one line for an error, an exit status as the photoguard command's.
import { PhotoGuardError } from 'photoguard/errors';
import { interrupts } from '../apps/cli/src/interrupts.ts';

/** Runs a command. Exit status: 0 done, 1 failed, 2 wrong usage or input, 130 stopped with Ctrl-C. */
export async function runCommand(name: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { signal, dispose } = interrupts();
  try {
    await run(signal);
  } catch (error) {
    const isStop = error instanceof PhotoGuardError && error.code === 'aborted';
    process.exitCode = isStop ? 130 : isUsage(error) ? 2 : 1;
    const isKnown = error instanceof PhotoGuardError || isUsage(error);
    console.error(
      `${name}: ${isKnown && error instanceof Error ? error.message : error instanceof Error ? error.stack : error}`,
    );
  } finally {
    dispose();
  }
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
