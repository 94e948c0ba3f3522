// node --conditions=source training/show-log.ts LOG [-o PAGE]
// Makes an HTML page from a training's log: curves, and the last figures.
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PhotoGuardError } from 'photoguard/errors';
import { runCommand } from './common/command.ts';
import { writeTrainingPage } from './log/page.ts';
import { readLog } from './log/run-log.ts';

const HELP = `Usage: node --conditions=source training/show-log.ts LOG [-o PAGE]

Makes an HTML page from a training's log (log.jsonl). Default of PAGE: log.html beside it.

Example:
  node --conditions=source training/show-log.ts runs/editor/log.jsonl`;

await runCommand('show-log', async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      title: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const [log] = positionals;
  if (!log || positionals.length > 1)
    throw new PhotoGuardError('usage', 'name one log', { hint: '--help shows how to use it' });
  const lines = await readLog(log);
  if (lines.length === 0) throw new PhotoGuardError('input', `${log}: there is no line of a training in it`);
  const path = values.output ?? join(dirname(log), 'log.html');
  await writeTrainingPage(path, {
    title: values.title ?? 'A training',
    about: `From ${lines.length} lines of a log.`,
    lines,
  });
  console.log(path);
});
