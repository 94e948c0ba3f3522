// The photoguard command: reads the command line, runs one command, and turns its outcome into an exit status.
// 0: all done; 1: some photo or model failed; 2: the command line was wrong; 130: stopped with Ctrl-C.
import { Command, CommanderError } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { auditCommand } from './audit-command.ts';
import { editCommand } from './edit-command.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { immunizeCommand } from './immunize-command.ts';
import { interrupts } from './interrupts.ts';
import { modelsCommand } from './models-command.ts';
import { VERSION } from './version.ts';

const program = new Command('photoguard')
  .description('Immunizes photos against editing by latent diffusion models, on this machine.')
  .version(VERSION)
  .option('--verbose', 'show where an error came from', false)
  .showHelpAfterError('(photoguard --help shows how to use it)')
  .exitOverride();

// Whoever reads our output may stop reading (photoguard ... | head): then there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const { signal, dispose } = interrupts();
program
  .addCommand(immunizeCommand(signal))
  .addCommand(editCommand(signal))
  .addCommand(evaluateCommand(signal))
  .addCommand(auditCommand(signal))
  .addCommand(modelsCommand(signal));
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
} finally {
  dispose();
}
if (signal.aborted) process.exitCode = 130;

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const verbose = program.opts<{ verbose: boolean }>().verbose;
  if (error instanceof PhotoGuardError) {
    if (error.code !== 'aborted') console.error(`photoguard: ${verbose ? error.stack : error.message}`);
    return error.code === 'usage' || error.code === 'input' ? 2 : 1;
  }
  console.error(
    `photoguard: ${verbose && error instanceof Error ? error.stack : `${error}\nThis is a bug: please report it, with what --verbose shows.`}`,
  );
  return 1;
}
