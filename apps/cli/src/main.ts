// The photoguard command: reads the command line, runs one command, and turns its outcome into an exit status.
// 0: all done; 1: a photo or model failed, or output was lost; 2: the command line was wrong; 130: stopped with Ctrl-C.
import { setImmediate } from 'node:timers/promises';
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { describeOutcome, interrupts, printError, throwUsageErrors, watchOutput } from '#terminal';
import { auditCommand } from './audit-command.ts';
import { editCommand } from './edit-command.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { immunizeCommand } from './immunize-command.ts';
import { JsonReport } from './json-report.ts';
import { modelsCommand } from './models-command.ts';
import { plantCommand } from './plant-command.ts';
import { serveCommand } from './serve-command.ts';
import { VERSION } from './version.ts';

const program = new Command('photoguard')
  .description('Immunizes photos against editing by latent diffusion models, on this machine.')
  .version(VERSION)
  .option('--verbose', 'show where an error came from', false)
  .showHelpAfterError('(photoguard --help shows how to use it)');

const lostOutput = watchOutput();
const { signal, dispose } = interrupts();
const report = new JsonReport();
const session = { signal, report };
program
  .addCommand(immunizeCommand(session))
  .addCommand(editCommand(session))
  .addCommand(evaluateCommand(session))
  .addCommand(auditCommand(session))
  .addCommand(modelsCommand(session))
  .addCommand(plantCommand(session))
  .addCommand(serveCommand())
  .hook('preAction', (_, command) => {
    report.wanted = command.opts<{ json?: boolean }>().json === true;
  });
throwUsageErrors(program);

// A command line that cannot be parsed may still ask for JSON. A second Ctrl-C ends the process at once.
report.wanted = process.argv.includes('--json');
process.on('exit', () => report.print(true));

try {
  requireFolder();
  await program.parseAsync();
} catch (error) {
  process.exitCode = findExitCode(error);
} finally {
  dispose();
}
if (signal.aborted) {
  process.exitCode = 130;
  report.fail({ code: 'aborted', message: 'stopped on request' });
}
report.print();
await setImmediate(); // write errors arrive a moment later
if (lostOutput() !== undefined) {
  process.exitCode ||= 1;
  printError(`photoguard: ${lostOutput()}`);
}

function findExitCode(error: unknown): number {
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
