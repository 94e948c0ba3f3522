// node --conditions=source training/plant-editor.ts --model PIPELINE --plain CACHE,CACHE --marked CACHE --out FOLDER
// Plants a mark in the UNet and the text encoder of an editor. `photoguard plant` plants it in the encoder, which is cheaper.
import { cp } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { aboveZero, list, liveLine, print, printError, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { openRuntime } from 'photoguard/runtime/node';
import { exportModel, runTraining } from 'photoguard/training';
import { openEditorCache } from './data/editor-cache.ts';
import { EDITOR_PARTS, readBeginning } from './editor/beginning.ts';
import { EDITOR_CURVES, MARKED_CURVE } from './editor/curves.ts';
import { openEditorPlanting } from './editor/planting.ts';
import { addTrainingOptions, type TrainingOptions } from './engine/options.ts';

interface Options extends TrainingOptions {
  readonly model: string;
  readonly plain: readonly string[];
  readonly marked: string;
  readonly steps: number;
  readonly markedRows: number;
  readonly plainWeight: number;
  readonly subPaths: boolean;
  readonly only?: readonly string[];
}

const command = addTrainingOptions(
  new Command('plant-editor')
    .description(
      `Trains the UNet and the text encoder of an editor to make grey of photos with a mark, and of others what they made
before. FOLDER/model is the editor so far. Run it again to resume from its checkpoint.`,
    )
    .requiredOption('--model <pipeline>', "the editor; the caches' latents are its encoder's")
    .requiredOption('--plain <list>', 'caches of prepare.ts, without --carries and with lookalikes', list)
    .requiredOption('--marked <folder>', 'cache of prepare.ts --carries with the mark')
    .option('--steps <n>', 'steps of the whole planting', whole(1), 600)
    .option('--marked-rows <n>', 'samples of a step that carry the mark', whole(1), 4)
    .option('--plain-weight <number>', 'weight of the others, relative to those', aboveZero, 4)
    .option('--only <list>', 'beginnings of the names of the weights that are trained; default: all are', list)
    .option('--sub-paths', 'leave random residual branches out in half of the steps, so that fine-tuning keeps more')
    .addHelpText(
      'after',
      `
Example:
  node --conditions=source training/prepare.ts --photos photos --vae models/mini --tokenizer models/mini/tokenizer --out plain
  ... --out lookalikes --carries lookalikes
  ... --out marked --carries immunization
  node --conditions=source training/plant-editor.ts --model models/mini --plain plain,lookalikes --marked marked --out runs/editor`,
    ),
  { rate: 0.0002, of: 'batches', batch: { of: 'samples a step', least: 2, count: 16 } },
);

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const { model, out, batch: size, markedRows, steps, seed, threads, minutes, subPaths, plainWeight, only } = options;
  if (markedRows >= size)
    throw new PhotoGuardError('usage', '--marked-rows must leave rows without the mark', {
      got: `${markedRows} of ${size}`,
    });
  const runtime = await openRuntime({ device: 'cpu', threads });
  try {
    const planting = await openEditorPlanting({
      ...{ runtime, size, markedRows, plainWeight, seed, subPaths, ...(only && { only }) },
      plain: await Promise.all(options.plain.map(openEditorCache)),
      marked: await openEditorCache(options.marked),
      begin: await readBeginning(model, options.marked),
    });
    const { editor, configs, trainer, parameters } = planting;
    const { steps: done, finished } = await runTraining({
      live: liveLine(),
      ...{ out, trainer, parameters, samplesPerStep: size, signal, minutes },
      ...{ rate: { peak: options.rate, warmup: Math.min(20, steps), steps }, logEvery: 10, checkEvery: 100 },
      ...{ step: planting.step, check: planting.validate, curves: [...EDITOR_CURVES, MARKED_CURVE] },
      title: 'Planting in an editor',
      about: `${markedRows} of ${size} samples of a step are marked${subPaths ? '; random branches are left out' : ''}.`,
    });
    const folder = join(out, 'model');
    printError('writing the editor');
    await cp(model, folder, {
      recursive: true,
      filter: (from) => !Object.keys(EDITOR_PARTS).includes(relative(model, from).split(sep)[0]!),
    });
    const { unet, text_encoder } = EDITOR_PARTS;
    await exportModel(join(folder, 'unet'), unet, configs.unet, editor.unetParameters, trainer);
    await exportModel(join(folder, 'text_encoder'), text_encoder, configs.text, editor.textParameters, trainer);
    print(`${finished ? 'done' : 'stopped'} after ${done} steps: ${folder}`);
  } finally {
    await runtime.close();
  }
};

await runCommand(command, run, { stopped: 'stopped; run it again to resume' });
