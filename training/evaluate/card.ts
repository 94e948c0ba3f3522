// node --conditions=source training/evaluate/card.ts --autoencoder FILE --editor FILE --photos FOLDER Writes
// figures.json of models/mini, and the tables of its card, from the results of the two other commands here.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { print, runCommand } from '@photoguard/terminal';
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { decodePhoto, writeWhole } from 'photoguard/image/node';
import { loadPipeline } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { validateJson } from 'photoguard/validate';
import type * as z from 'zod/mini';
import { AUTOENCODER_FIGURES } from './autoencoder-figures.ts';
import { type CardFigures, findTransfer, fixedLosses, weightHashes } from './card-figures.ts';
import { cardTables } from './card-tables.ts';
import { EDITOR_FIGURES } from './editor-figures.ts';

interface Options {
  readonly autoencoder: string;
  readonly editor: string;
  readonly photos: string;
  readonly lab?: string;
  readonly model: string;
}

const command = new Command('card')
  .description(
    `Writes figures.json of the embedded model and the tables of its card. The files are what autoencoder.ts --json and
editor.ts --json print.`,
  )
  .requiredOption('--autoencoder <file>', 'figures of the autoencoder')
  .requiredOption('--editor <file>', 'figures of the editor')
  .requiredOption('--photos <folder>', 'folder with validation photos')
  .option('--lab <file>', "figures of the lab's editor, to stand beside")
  .option('--model <folder>', 'folder of the model', 'models/mini');

/** The tables are between these two lines of the card. */
const MARKS = ['<!-- figures: written by training/evaluate/card.ts -->', '<!-- end of figures -->'] as const;
const PORTRAIT = fileURLToPath(new URL('../../examples/portrait.png', import.meta.url));

const readFigures = async <T>(schema: z.ZodMiniType<T>, path: string): Promise<T> =>
  validateJson(schema, await readFile(path, 'utf8'), { label: path, code: 'input', hint: 'measure it again' });

await runCommand<Options>(command, async (options, signal) => {
  const autoencoder = await readFigures(AUTOENCODER_FIGURES, options.autoencoder);
  const editor = await readFigures(EDITOR_FIGURES, options.editor);
  if (!editor.losses)
    throw new PhotoGuardError('input', `${options.editor}: the losses are missing`, { hint: 'judge them too: --only' });
  const card = join(options.model, 'README.md');
  const text = await readFile(card, 'utf8');
  const [from, to] = MARKS.map((mark) => text.indexOf(mark)) as [number, number];
  if (from < 0 || to < from)
    throw new PhotoGuardError('input', `${card}: the lines between which the tables stand are missing`);

  const runtime = await openRuntime({ device: 'cpu' });
  try {
    const pipeline = await loadPipeline(options.model, 'mini');
    const { pixels: portrait } = await decodePhoto(PORTRAIT);
    const figures: CardFigures = {
      weights: await weightHashes(options.model),
      transfer: findTransfer(autoencoder),
      fixed: await fixedLosses(runtime, pipeline, { portrait, photos: options.photos, signal }),
      ...{ autoencoder, editor },
      ...(options.lab && { lab: await readFigures(EDITOR_FIGURES, options.lab) }),
    };
    const write = (path: string, content: string): Promise<void> => writeWhole(path, new TextEncoder().encode(content));
    await write(join(options.model, 'figures.json'), `${JSON.stringify(figures, undefined, 1)}\n`);
    await write(card, `${text.slice(0, from)}${MARKS[0]}\n\n${cardTables(figures)}\n\n${text.slice(to)}`);
    print(`${card} and figures.json written`);
  } finally {
    await runtime.close();
  }
});
