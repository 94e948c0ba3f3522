// The program without its process: from a command line to an exit status. main.ts runs it as people start it, tests in
// their own process, where they need not wait for one to start.
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { describeOutcome, printError, throwUsageErrors } from '#terminal';
import { auditCommand } from './audit-command.ts';
import { editCommand } from './edit-command.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { immunizeCommand } from './immunize-command.ts';
import type { JsonReport } from './json-report.ts';
import { modelsCommand } from './models-command.ts';
import { plantCommand } from './plant-command.ts';
import { serveCommand } from './serve-command.ts';
import type { Session } from './session.ts';
import { VERSION } from './version.ts';

/** One run of the whole program, which owns the report. */
export interface ProgramSession extends Session {
  readonly report: JsonReport;
}

/**
 * Reads the command line, runs one command, and prints what goes wrong and the report. Its exit status is the process's
 * (`process.exitCode`). 0: all done; 1: a photo or model failed; 2: the command line was wrong; 130: it was stopped.
 * @param args the command line, without Node and the program
 */
export async function runProgram(args: readonly string[], session: ProgramSession): Promise<void> {
  const { signal, report } = session;
  const program = makeProgram(session);
  report.wanted = args.includes('--json'); // a command line that cannot be parsed may still ask for it
  try {
    requireFolder();
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = findExitCode(error, program, session);
  }
  if (signal.aborted) {
    process.exitCode = 130;
    report.fail({ code: 'aborted', message: 'stopped on request' });
  }
  report.print();
}

function makeProgram(session: ProgramSession): Command {
  const program = new Command('photoguard')
    .description('Immunizes photos against editing by latent diffusion models, on this machine.')
    .version(VERSION)
    .option('--verbose', 'show where an error came from', false)
    .showHelpAfterError('(photoguard --help shows how to use it)')
    .addCommand(immunizeCommand(session))
    .addCommand(editCommand(session))
    .addCommand(evaluateCommand(session))
    .addCommand(auditCommand(session))
    .addCommand(modelsCommand(session))
    .addCommand(plantCommand(session))
    .addCommand(serveCommand())
    .hook('preAction', (_, command) => {
      session.report.wanted = command.opts<{ json?: boolean }>().json === true;
    });
  throwUsageErrors(program);
  return program;
}

function findExitCode(error: unknown, program: Command, { signal, report }: ProgramSession): number {
  const { verbose } = program.opts<{ verbose: boolean }>();
  const outcome = describeOutcome(error, { program: program.name(), stopped: signal.aborted, verbose });
  const { status, failure, lines } = outcome;
  if (status === 0) report.wanted = false; // help, or the version
  if (failure) report.fail(failure);
  printError(lines);
  if (failure?.code === 'internal' && !verbose)
    printError('This is a bug: please report it, with the output of --verbose.');
  return status;
}

// Without one relative paths lead nowhere, and all that Node reports is ENOENT.
function requireFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new PhotoGuardError('input', 'the working directory no longer exists', {
      hint: 'change to another directory',
      cause,
    });
  }
}
