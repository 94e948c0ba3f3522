// node --conditions=source training/evaluate/editor.ts --photos FOLDER
// What the editor of models/mini is worth, on the validation split of the photos that it was trained with.
import { parseArgs } from 'node:util';
import { progressLine } from '@photoguard/terminal';
import { PhotoGuardError } from 'photoguard/errors';
import { writeWhole } from 'photoguard/image/node';
import { loadAutoencoder, loadPipeline, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { runCommand, wholeNumber } from '../common/command.ts';
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

const HELP = `Usage: node --conditions=source training/evaluate/editor.ts --photos FOLDER

Judges an editor on validation photos (a folder with captions.jsonl): the loss beside predictors that know nothing, right
against wrong captions, holes that are filled, whether the class and the colour that were asked for are seen, and a
contact sheet.

  --photos FOLDER   photos
  --model MODEL     the editor (default models/mini)
  --teacher MODEL   an autoencoder to judge pictures by (default taesd)
  --only LIST       of ${PARTS.join(',')} (default all but sheet)
  --limit N         photos that losses are measured on (default all)
  --edits N         photos that are edited in each part (default 48)
  --sheet FILE      also write the contact sheet (PNG)
  --json            print JSON

Examples:
  node --conditions=source training/evaluate/editor.ts --photos photos --only losses,captions
  node --conditions=source training/evaluate/editor.ts --photos photos --only sheet --sheet sheet.png`;

/** Classes that a picture may show, of each kind. */
const CLASSES = 5;

await runCommand('editor', async (signal) => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ photos: text, limit: text, only: text, sheet: text },
      model: { ...text, default: 'models/mini' },
      teacher: { ...text, default: 'taesd' },
      edits: { ...text, default: '48' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { photos, sheet } = values;
  if (!photos) throw new PhotoGuardError('usage', '--photos is needed', { hint: '--help shows how to use it' });
  const parts = parseParts(values.only, sheet);
  const limit = values.limit === undefined ? {} : { limit: wholeNumber('limit', values.limit, 8) };
  const count = wholeNumber('edits', values.edits, 8);
  const resolveFolder = async (ref: string, wanted: 'pipeline' | 'autoencoder') =>
    (await resolveModel(ref, { wanted, signal })).folder;
  const pipeline = await loadPipeline(await resolveFolder(values.model, 'pipeline'), values.model);
  const line = progressLine(!values.json);
  const runtime = await openRuntime({ device: 'cpu' });
  let edits: Edits | undefined;
  try {
    line.show('encoding photos');
    const set = await validationSet(runtime, pipeline, { photos, signal, ...limit });
    edits = openEdits(runtime, pipeline, signal, () => line.show(`${edits!.made} edits`));
    const { autoencoder } = await loadAutoencoder(await resolveFolder(values.teacher, 'autoencoder'));
    const teacher = { ref: values.teacher, autoencoder };
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
    console.log(values.json ? JSON.stringify(figures, undefined, 1) : editorTables(figures));
    await network.release();
  } finally {
    line.done();
    await edits?.release().catch(() => undefined);
    await runtime.close();
  }
});

function parseParts(only: string | undefined, sheet: string | undefined): Part[] {
  const asked = only === undefined ? PARTS.filter((part) => part !== 'sheet') : only.split(',');
  for (const part of asked)
    if (!PARTS.includes(part as Part))
      throw new PhotoGuardError('usage', `--only takes some of ${PARTS.join(',')}`, { got: part });
  if (asked.includes('sheet') && sheet === undefined)
    throw new PhotoGuardError('usage', '--only sheet needs the file that it goes to: --sheet');
  return asked as Part[];
}
