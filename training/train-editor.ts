// node --conditions=source training/train-editor.ts --cache <folder> --out <folder>
// Trains the UNet and the text encoder of models/mini on the cache that prepare.ts makes. Stop it at any time: it goes on
// from its checkpoint.
import { join } from 'node:path';
import { openRuntime } from 'photoguard/runtime';
import { openEditorCache } from './data/editor-cache.ts';
import { newEditor, textConfig, unetConfig } from './editor/architecture.ts';
import { feedsOf } from './editor/feeds.ts';
import { lossGraph, predictionGraph } from './editor/graphs.ts';
import { validate } from './editor/validation.ts';
import { lineOf, optionsOf, stopSignal } from './engine/command.ts';
import { exportModel } from './engine/export.ts';
import { runTraining } from './engine/run.ts';
import { Trainer } from './engine/trainer.ts';

const options = optionsOf({
  ...{ cache: '', out: '' },
  ...{ samples: '312000', batch: '32', rate: '0.0006', warmup: '300', seed: '0', threads: '2', minutes: 'Infinity' },
});
const [size, seed] = [Number(options.batch), Number(options.seed)];
const VALIDATION_ROWS = 64;

const cache = await openEditorCache(options.cache);
const { latentSide, tokens, vocabulary } = cache;
console.error(`${cache.trainCount} versions of photos to train on, ${cache.validationCount} to validate with`);
const configs = { unet: unetConfig(latentSide), text: textConfig(vocabulary, tokens) };
const editor = newEditor(configs, seed);
const loss = lossGraph(editor, size, latentSide);
const parameters = new Map([...editor.unetParameters.tensors(), ...editor.textParameters.tensors()]);
const runtime = await openRuntime({ device: 'cpu', threads: Number(options.threads) });
const trainer = await Trainer.open({
  ...{ runtime, loss, parameters, clipNorm: 1, averageDecay: 0.999 },
  ...{ betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01 },
});
const { config } = editor.unet;
const averaged = await trainer.evaluator(predictionGraph(editor, VALIDATION_ROWS, latentSide));

const { steps, finished } = await runTraining({
  ...{ out: options.out, trainer, parameters, samplesPerStep: size },
  ...{ logEvery: 64, checkEvery: 640, minutes: Number(options.minutes), signal: stopSignal() },
  rate: {
    peak: Number(options.rate),
    warmup: Number(options.warmup),
    steps: Math.ceil(Number(options.samples) / size),
  },
  step: (step, rate) => {
    const batch = cache.batch({ size, seed, step: step - 1 });
    return trainer.step(step, rate, [{ ...feedsOf(batch, config), target: batch.target }]);
  },
  check: async () => {
    const losses = await validate(averaged, cache.validation(VALIDATION_ROWS), config, VALIDATION_ROWS);
    return Object.fromEntries(Object.entries(losses).map(([name, value]) => [`validation_${name}`, value]));
  },
  onLine: (line, left) => console.error(lineOf(line, left)),
});
const write = (name: string, file: string, from: object, which: typeof editor.unetParameters) =>
  exportModel(join(options.out, name), file, from, which, trainer);
await write('unet', 'diffusion_pytorch_model.safetensors', configs.unet, editor.unetParameters);
await write('text_encoder', 'model.safetensors', configs.text, editor.textParameters);
console.log(`${finished ? 'done' : 'stopped'} after ${steps} steps: ${options.out}`);
await runtime.close();
