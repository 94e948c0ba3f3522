// node --conditions=source training/evaluate/editor.ts --photos FOLDER Evaluates the editor of models/mini on the
// validation split of its training photos.
import { jsonOption, print, printJson, progressLine, runCommand, whole } from '@photoguard/terminal';
import { Command, InvalidArgumentError, Option } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { writeWhole } from 'photoguard/image/node';
import { loadAutoencoder, loadPipeline, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { classesAsked, coloursAsked, judgeNetwork } from './classes.ts';
import type { EditorFigures } from './editor-figures.ts';
import { type Edits, openEdits, SAMPLER } from './edits.ts';
import { inpainting } from './inpainting.ts';
import { captionLosses, validationLosses } from './losses.ts';
import { editSheet } from './sheet.ts';
import { editorTables } from './tables.ts';
import { validationSet } from './validation-set.ts';

const PARTS = ['losses', 'captions', 'inpainting', 'classes', 'colours', 'sheet'] as const;
type Part = (typeof PARTS)[number];

interface Options {
  readonly photos: string;
  readonly model: string;
  readonly teacher: string;
  readonly only: readonly Part[];
  readonly limit?: number;
  readonly edits: number;
  readonly sheet?: string;
  readonly json: boolean;
}

const command = new Command('editor')
  .description(
    `Judges an editor on validation photos (a folder with captions.jsonl): the loss beside predictors that know nothing, right
against wrong captions, holes that are filled, whether the class and the colour that were asked for are seen, and a
contact sheet.`,
  )
  .requiredOption('--photos <folder>', 'photos')
  .option('--model <model>', 'the editor', 'models/mini')
  .option('--teacher <model>', 'an autoencoder to judge pictures by', 'taesd')
  .addOption(
    new Option('--only <list>', `of ${PARTS.join(',')}`).argParser(parseParts).default(
      PARTS.filter((part) => part !== 'sheet'),
      'all but sheet',
    ),
  )
  .option('--limit <n>', 'photos that losses are measured on; default: all', whole(8))
  .option('--edits <n>', 'photos that are edited in each part', whole(8), 48)
  .option('--sheet <file>', 'also write the contact sheet (PNG)')
  .addOption(jsonOption('print JSON'))
  .addHelpText(
    'after',
    `
Examples:
  node --conditions=source training/evaluate/editor.ts --photos photos --only losses,captions
  node --conditions=source training/evaluate/editor.ts --photos photos --only sheet --sheet sheet.png`,
  );

/** Classes that a picture may show, of each kind. */
const CLASSES = 5;

await runCommand<Options>(command, async (options, signal) => {
  const { photos, sheet, only: parts, edits: count } = options;
  if (parts.includes('sheet') && sheet === undefined)
    throw new PhotoGuardError('usage', '--only sheet needs the file that it goes to: --sheet');
  const resolveFolder = async (ref: string, wanted: 'pipeline' | 'autoencoder') =>
    (await resolveModel(ref, { wanted, signal })).folder;
  const pipeline = await loadPipeline(await resolveFolder(options.model, 'pipeline'), options.model);
  const line = progressLine(!options.json);
  const runtime = await openRuntime({ device: 'cpu' });
  let edits: Edits | undefined;
  try {
    line.show('encoding photos');
    const set = await validationSet(runtime, pipeline, { photos, signal, limit: options.limit });
    edits = openEdits(runtime, pipeline, signal, () => line.show(`${edits!.made} edits`));
    const { autoencoder } = await loadAutoencoder(await resolveFolder(options.teacher, 'autoencoder'));
    const teacher = { ref: options.teacher, autoencoder };
    const network = judgeNetwork(runtime, teacher.ref, autoencoder);
    const context = { edits, network, photos, signal };
    const has = (part: Part): boolean => parts.includes(part);
    const asked = { classes: CLASSES, each: Math.ceil(count / CLASSES) };
    line.show('losses');
    const figures: EditorFigures = {
      sampler: `the pipeline's own, ${SAMPLER.steps} steps, guidance ${SAMPLER.guidance}`,
      ...(has('losses') && { losses: await validationLosses(runtime, pipeline, set) }),
      ...(has('captions') && { captions: await captionLosses(runtime, pipeline, set) }),
      ...(has('inpainting') && {
        inpainting: await inpainting({ runtime, pipeline, edits }, set, { count, teacher }),
      }),
      ...(has('classes') && {
        flowers: await classesAsked(context, set, { kind: 'flowers', ...asked }),
        garments: await classesAsked(context, set, { kind: 'clothing', ...asked }),
      }),
      ...(has('colours') && { colours: await coloursAsked(edits, set, Math.ceil(count / 8)) }),
    };
    if (sheet !== undefined) await writeWhole(sheet, await editSheet(edits, set, 3));
    line.done();
    if (options.json) printJson(figures);
    else print(editorTables(figures).split('\n'));
    await network.release();
  } finally {
    line.done();
    await edits?.release().catch(() => undefined);
    await runtime.close();
  }
});

function parseParts(list: string): Part[] {
  const isPart = (part: string): part is Part => (PARTS as readonly string[]).includes(part);
  const asked = list.split(',');
  if (asked.every(isPart)) return asked;
  throw new InvalidArgumentError(`expected some of ${PARTS.join(',')}.`);
}
