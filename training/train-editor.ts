// node --conditions=source training/train-editor.ts --cache FOLDER --out FOLDER
// Trains the UNet and the text encoder of an editor on the cache that prepare.ts makes.
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { openRuntime } from 'photoguard/runtime/node';
import { runCommand, wholeNumber } from './common/command.ts';
import { openEditorCache } from './data/editor-cache.ts';
import { hasSameTokenizer } from './data/prepare-prompts.ts';
import type { EditorBeginning } from './editor/architecture.ts';
import { EDITOR_CURVES } from './editor/curves.ts';
import { openEditorTraining } from './editor/training.ts';
import { beginAs } from './engine/begin.ts';
import { positive, readOptions } from './engine/command.ts';
import { exportModel } from './engine/export.ts';
import { runTraining } from './engine/run.ts';

const UNET_WEIGHTS = 'diffusion_pytorch_model.safetensors';
const TEXT_WEIGHTS = 'model.safetensors';

const ABOUT = `Usage: node --conditions=source training/train-editor.ts --cache FOLDER --out FOLDER

Trains the UNet and the text encoder of an editor. It can be stopped at any time: run again, it goes on from its
checkpoint. FOLDER/log.jsonl is its log, FOLDER/unet and FOLDER/text_encoder the models so far.`;

const readBeginning = async (pipeline: string, cache: string): Promise<EditorBeginning> => {
  if (!(await hasSameTokenizer(join(pipeline, 'tokenizer'), join(cache, 'tokenizer'))))
    throw new PhotoGuardError('input', `${pipeline} reads prompts with another tokenizer than ${cache}`, {
      hint: 'make the cache with --tokenizer',
    });
  return {
    unet: await beginAs(join(pipeline, 'unet', UNET_WEIGHTS)),
    text: await beginAs(join(pipeline, 'text_encoder', TEXT_WEIGHTS)),
  };
};

await runCommand('train-editor', async (signal) => {
  const options = readOptions(ABOUT, {
    cache: ['folder that prepare.ts has made'],
    out: ['folder of the training'],
    begin: ["pipeline to begin as, of the cache's tokenizer; default: new weights", ''],
    samples: ['samples of the whole training', '312000'],
    batch: ['samples a step', '32'],
    rate: ['highest learning rate', '0.0006'],
    warmup: ['steps over which it rises', '300'],
    seed: ['of weights and batches', '0'],
    threads: ['threads of an operator', '2'],
    minutes: ['stop after so many', 'Infinity'],
  });
  if (!options) return;
  const size = wholeNumber('batch', options.batch, 1);
  const samples = wholeNumber('samples', options.samples, size);
  const rate = {
    peak: positive('rate', options.rate),
    warmup: wholeNumber('warmup', options.warmup, 1),
    steps: Math.ceil(samples / size),
  };
  const cache = await openEditorCache(options.cache);
  console.error(`${cache.trainCount} versions of photos to train on, ${cache.validationCount} to validate with`);
  const runtime = await openRuntime({ device: 'cpu', threads: wholeNumber('threads', options.threads, 1, 1024) });
  try {
    const training = await openEditorTraining({
      runtime,
      cache,
      size,
      seed: wholeNumber('seed', options.seed, 0),
      ...(options.begin && { begin: await readBeginning(options.begin, options.cache) }),
    });
    const { editor, configs, trainer, parameters } = training;
    const { steps, finished } = await runTraining({
      ...{ out: options.out, trainer, parameters, samplesPerStep: size, rate, signal },
      ...{ logEvery: 64, checkEvery: 640, minutes: positive('minutes', options.minutes) },
      step: training.step,
      check: training.validate,
      title: 'Training of an editor',
      curves: EDITOR_CURVES,
      about: `${cache.trainCount} versions of photos at ${cache.latentSide}x${cache.latentSide} latents.`,
    });
    const write = (name: string, file: string, config: object, weights: typeof editor.unetParameters) =>
      exportModel(join(options.out, name), file, config, weights, trainer);
    await write('unet', UNET_WEIGHTS, configs.unet, editor.unetParameters);
    await write('text_encoder', TEXT_WEIGHTS, configs.text, editor.textParameters);
    console.log(`${finished ? 'done' : 'stopped'} after ${steps} steps: ${options.out}`);
  } finally {
    await runtime.close();
  }
});
