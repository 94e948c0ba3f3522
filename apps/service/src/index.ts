// What `photoguard serve` hands over to.
import { runCommand } from '@photoguard/terminal';
import { serve } from './serve.ts';
import { type Settings, serveCommand } from './settings.ts';

/** Reads a command line, serves until it is told to stop, and sets the exit status of the process. */
export const runService = (argv: readonly string[]): Promise<void> =>
  runCommand<Settings>(serveCommand(), serve, { argv });
