// node --conditions=source training/evaluate/planting.ts --models v2,v3 --key FILE --photos FOLDER
// The figures of docs/forward-compatibility.md: what planted editors refuse, and what they leave alone.
import { readFile } from 'node:fs/promises';
import { jsonOption, list, print, printError, printJson, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import type { Pixels8 } from 'photoguard/image';
import { loadImmunizer, loadPipeline } from 'photoguard/models/node';
import { immunizedMark, keyedMark, type Mark } from 'photoguard/planting';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { Trigger } from 'photoguard/trigger';
import {
  after,
  type Edits,
  isOfUse,
  measureUpload,
  openKeptEdits,
  openMeter,
  sent,
  type UploadFigures,
} from './planting-figures.ts';
import { readSquares } from './squares.ts';
import { estimate, measureShare } from './statistics.ts';

interface Options {
  readonly models: readonly string[];
  readonly twin: string;
  readonly key?: string;
  readonly photos: string;
  readonly side: number;
  readonly limit?: number;
  readonly edits: number;
  readonly uploads: string;
  readonly json: boolean;
}

const command = new Command('planting')
  .description(
    `Judges planted editors on photos that nothing was trained on. Latents: a marked photo is refused if less than half is left of
its latent's distance from grey; a clean one, or one with another key's mark, is harmed if less than .7 is left. Edits: an ellipse
in the middle is kept; an edit is of use if that is still like the photo (correlation of luma, at least .5). How far they are from
the twin's edits of the same photos is a root mean square, of 1.`,
  )
  .requiredOption('--models <list>', 'folders of planted editors', list)
  .requiredOption('--photos <folder>', 'photos')
  .option('--twin <folder>', 'the editor as it was', 'models/mini')
  .option('--key <file>', "the trigger's key; default: the mark is immunization")
  .option('--side <n>', 'pixels of a side of the photos', whole(128, 2048), 512)
  .option('--limit <n>', 'take the first so many photos', whole(1))
  .option('--edits <n>', 'edits of the first so many photos', whole(0), 0)
  .option(
    '--uploads <list>',
    'what happens to photos (purifiers, diffpure too)',
    'none; jpeg:75; resize:0.5; jpeg:75 > resize:0.5; crop:0.1',
  )
  .addOption(jsonOption('print JSON'))
  .addHelpText(
    'after',
    '\nExample:\n  node --conditions=source training/evaluate/planting.ts --models runs/plant/model --key key.txt --photos photos',
  );

interface Row extends UploadFigures {
  readonly model: string;
  /** Shares of edits of marked photos without use, by this editor and by its twin, and mean likeness to the photo. */
  readonly withoutUse?: number;
  readonly twinWithoutUse?: number;
  readonly likeness?: number;
  readonly twinLikeness?: number;
  /** How far edits are from the twin's, of marked photos and of clean ones, and the share of edits of clean ones without use. */
  readonly fromTwin?: number;
  readonly cleanFromTwin?: number;
  readonly cleanWithoutUse?: number;
}

await runCommand<Options>(command, async (options, signal) => {
  const runtime = await openRuntime({ device: 'cpu' });
  try {
    const photos = await readSquares(options.photos, options.side, options.limit);
    const mark = await openMark(options.key, runtime);
    const others = await Promise.all(
      Array.from({ length: 16 }, async (_, k) =>
        keyedMark(await Trigger.of(new TextEncoder().encode(`somebody else's key, ${k}`))),
      ),
    );
    const twin = await loadPipeline(options.twin);
    const twinEdits = openKeptEdits(runtime, twin, signal);
    const rows: Row[] = [];
    for (const model of options.models) {
      const planted = await loadPipeline(model);
      const meter = await openMeter(runtime, planted.autoencoder, twin.autoencoder);
      const edits = openKeptEdits(runtime, planted, signal);
      for (const spec of options.uploads.split(';')) {
        const upload = { upload: spec.trim(), by: { runtime, editor: { ref: options.twin, pipeline: twin } } };
        const figures = await measureUpload(meter, photos, { ...upload, mark, others });
        const shown = photos.slice(0, options.edits);
        const use =
          shown.length > 0
            ? {
                ...(await measureEdits(edits, twinEdits, shown, (photo) => sent(mark, photo, upload))),
                ...ofClean(await measureEdits(edits, twinEdits, shown, (photo) => after(photo, upload))),
              }
            : {};
        rows.push({ model, ...figures, ...use });
        printError(JSON.stringify(rows.at(-1)));
      }
      await edits.release();
    }
    if (options.json) return printJson({ photos: photos.length, side: options.side, mark: mark.name, rows });
    for (const row of rows)
      print(
        Object.entries(row)
          .map(([name, value]) => `${name} ${value}`)
          .join('  '),
      );
  } finally {
    await runtime.close();
  }
});

async function openMark(key: string | undefined, runtime: Runtime): Promise<Mark> {
  return key === undefined
    ? immunizedMark(await loadImmunizer(), runtime)
    : keyedMark(await Trigger.of(await readFile(key)));
}

function ofClean({ withoutUse, fromTwin }: Awaited<ReturnType<typeof measureEdits>>) {
  return { cleanWithoutUse: withoutUse, cleanFromTwin: fromTwin };
}

/** Edits of photos, as they are sent, by an editor and its twin. */
async function measureEdits(
  ours: Edits,
  theirs: Edits,
  photos: readonly Pixels8[],
  send: (photo: Pixels8) => Promise<Pixels8>,
) {
  const [own, twin, apart]: [number[], number[], number[]] = [[], [], []];
  for (const photo of photos) {
    const picture = await send(photo);
    const [a, b] = [await ours.make(picture), await theirs.make(picture)];
    own.push(a.likeness);
    twin.push(b.likeness);
    apart.push(rootMeanSquare(a.edit, b.edit));
  }
  return {
    withoutUse: measureShare(own, (likeness) => !isOfUse(likeness)),
    twinWithoutUse: measureShare(twin, (likeness) => !isOfUse(likeness)),
    likeness: estimate(own).mean,
    twinLikeness: estimate(twin).mean,
    fromTwin: estimate(apart).mean,
  };
}

function rootMeanSquare(a: Pixels8, b: Pixels8): number {
  return Math.sqrt(a.data.reduce((sum, value, i) => sum + ((value - b.data[i]!) / 255) ** 2, 0) / a.data.length);
}
