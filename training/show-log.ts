// node --conditions=source training/show-log.ts LOG [-o PAGE]
// Makes an HTML page from a training's log: curves, and the last figures.
import { dirname, join } from 'node:path';
import { print, runCommand } from '@photoguard/terminal';
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { readLog, writeTrainingPage } from 'photoguard/training';

const command = new Command('show-log')
  .description("Makes an HTML page from a training's log: curves, and the last figures.")
  .argument('<log>', 'the log of a training, log.jsonl')
  .option('-o, --output <file>', 'the page; default: log.html beside the log')
  .option('--title <text>', 'its title', 'A training')
  .addHelpText('after', '\nExample:\n  node --conditions=source training/show-log.ts runs/editor/log.jsonl');

await runCommand<{ output?: string; title: string }>(command, async ({ output, title }, _, [log]) => {
  const lines = await readLog(log!);
  if (lines.length === 0) throw new PhotoGuardError('input', `${log}: there is no line of a training in it`);
  const path = output ?? join(dirname(log!), 'log.html');
  await writeTrainingPage(path, {
    title,
    about: `From ${lines.length} lines of a log.`,
    lines,
  });
  print(path);
});
