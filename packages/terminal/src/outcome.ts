// How a program ends: its exit status, and what it says of an error. 0: all done; 1: something failed; 2: the command line
// or a file that it names was wrong; 130: stopped with Ctrl-C.
import { type Command, CommanderError } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { COMMANDER_OUTPUT } from './terminal.ts';

/** How a program ended that threw. */
export interface Outcome {
  readonly status: 0 | 1 | 2 | 130;
  /** What went wrong, for programs; absent after help, and where the program was stopped. */
  readonly failure?: {
    /** Code of a PhotoGuardError, `usage` for a command line that cannot be parsed, `internal` for a bug. */
    readonly code: string;
    readonly message: string;
  };
  /** The same for people, beyond what commander has printed. */
  readonly lines: readonly string[];
}

/** What an outcome depends on besides the error. */
export interface OutcomeContext {
  /** The program's name, which its lines begin with. */
  readonly program: string;
  /** Whether the program was stopped. Any error but one of the command line then comes from stopping. */
  readonly stopped: boolean;
  /** Whether lines say where the error came from. */
  readonly verbose: boolean;
}

/** How a program ends that threw this error. */
export function describeOutcome(error: unknown, { program, stopped, verbose }: OutcomeContext): Outcome {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { status: 0, lines: [] }; // help, or the version
    const message = error.code === 'commander.help' ? 'no command was given' : error.message.replace(/^error: /, '');
    return { status: 2, failure: { code: 'usage', message }, lines: [] };
  }
  if (stopped) return { status: 130, lines: [] };
  const lines = verbose && error instanceof Error ? (error.stack ?? error.message).split('\n') : [oneLine(error)];
  lines[0] = `${program}: ${lines[0]}`;
  if (error instanceof PhotoGuardError) {
    const { code, message } = error;
    return { status: code === 'usage' || code === 'input' ? 2 : 1, failure: { code, message }, lines };
  }
  return { status: 1, failure: { code: 'internal', message: String(error) }, lines };
}

const oneLine = (error: unknown): string => (error instanceof PhotoGuardError ? error.message : String(error));

/** Makes a command and its subcommands throw what is wrong with the command line, instead of ending the process. */
export function throwUsageErrors(command: Command): void {
  command.exitOverride().configureOutput(COMMANDER_OUTPUT);
  command.commands.forEach(throwUsageErrors);
}
