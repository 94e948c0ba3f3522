// Runs a program that is one command, from its command line to its exit status (outcome.ts). The command `photoguard` has
// several, and a report for programs; it does the same by itself.
import { setImmediate } from 'node:timers/promises';
import type { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { interrupts } from './interrupts.ts';
import { watchOutput } from './lost-output.ts';
import { describeOutcome, throwUsageErrors } from './outcome.ts';
import { printError } from './terminal.ts';

/**
 * Reads the command line, runs the program, and sets the exit status of the process. An error of ours is one line; a bug
 * shows where it came from.
 * @param run gets the options, as commander names them, a signal that fires on Ctrl-C, and the arguments
 * @param stopped what is said of a program that was stopped
 */
export async function runCommand<Options extends object>(
  command: Command,
  run: (options: Options, signal: AbortSignal, args: readonly string[]) => Promise<void>,
  { argv = process.argv, stopped = 'stopped' }: { readonly argv?: readonly string[]; readonly stopped?: string } = {},
): Promise<void> {
  const lostOutput = watchOutput();
  const { signal, dispose } = interrupts();
  const program = command.name();
  // Written on several lines; commander wraps it to the terminal.
  command.description(command.description().replaceAll('\n', ' '));
  command.showHelpAfterError('(--help shows how to use it)');
  command.action(() => run(command.opts<Options>(), signal, command.processedArgs as readonly string[]));
  throwUsageErrors(command);
  try {
    await command.parseAsync(argv);
  } catch (error) {
    const verbose = !(error instanceof PhotoGuardError);
    const { status, lines } = describeOutcome(error, { program, stopped: signal.aborted, verbose });
    process.exitCode = status;
    printError(status === 130 ? `${program}: ${stopped}` : lines);
  } finally {
    dispose();
  }
  await setImmediate(); // write errors arrive a moment later
  if (lostOutput() === undefined) return;
  process.exitCode ||= 1;
  printError(`${program}: ${lostOutput()}`);
}
