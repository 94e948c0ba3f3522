// node --conditions=source training/train-autoencoder.ts --photos FOLDER --teacher FOLDER --out FOLDER
// Distils the autoencoder of models/mini from a tiny autoencoder of the same latent space.
import { join } from 'node:path';
import { liveLine, print, printError, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import type { Graph } from 'onnx-grad';
import { PhotoGuardError } from 'photoguard/errors';
import { type Autoencoder, AutoencoderTiny, parseAutoencoderTinyConfig } from 'photoguard/models';
import { loadAutoencoder } from 'photoguard/models/node';
import { openRuntime, type Program } from 'photoguard/runtime/node';
import { exportModel, Parameters, runTraining } from 'photoguard/training';
import { latentsGraph } from 'photoguard/view';
import { checkStudent } from './autoencoder/check.ts';
import { openDistillation } from './autoencoder/distil.ts';
import { decodeGraph } from './autoencoder/graphs.ts';
import { reconstructionSheet } from './autoencoder/samples.ts';
import { fromTeacher, STUDENT_BLOCKS, studentConfig } from './autoencoder/student.ts';
import { pictureBatch } from './common/batch-shape.ts';
import { cropBatch } from './data/photo-batches.ts';
import { loadPhotos, readCaptions } from './data/photo-set.ts';
import { addTrainingOptions, type TrainingOptions } from './engine/options.ts';

interface Options extends TrainingOptions {
  readonly photos: string;
  readonly teacher: string;
  readonly steps: number;
  readonly side: number;
}

const command = addTrainingOptions(
  new Command('train-autoencoder')
    .description(
      `Distils a small autoencoder from a tiny one of the same latent space. It can be stopped at any time: run it again to
resume from its checkpoint. FOLDER/log.jsonl is its log, FOLDER/vae the model so far.`,
    )
    .requiredOption('--photos <folder>', 'photos with captions.jsonl')
    .requiredOption('--teacher <folder>', 'folder of the large autoencoder, an AutoencoderTiny')
    .option('--steps <n>', 'steps of the whole training', whole(1), 900)
    .addHelpText(
      'after',
      '\nExample:\n  node --conditions=source training/train-autoencoder.ts --photos photos --teacher taesd --out runs/vae',
    ),
  {
    rate: 0.0005,
    of: 'pictures and attacks',
    batch: { of: 'pictures a step, a multiple of 4', least: 4, count: 8 },
    side: { least: 8, most: 128, pixels: 64 },
  },
);

const OPTIMISER = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1, averageDecay: 0.995 } as const;
const WARMUP_STEPS = 100;
/** Pictures that are checked now and then. */
const CHECK = { size: 16, side: 128 };

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const { batch: size, side, seed, threads, minutes } = options;
  const rate = { peak: options.rate, warmup: WARMUP_STEPS, steps: options.steps };

  const rows = await readCaptions(options.photos);
  const listFiles = (split: string): string[] => rows.filter((row) => row.split === split).map(({ file }) => file);
  const { photos, unreadable } = await loadPhotos(options.photos, listFiles('train'), side, { signal });
  for (const [file, reason] of unreadable) printError(`left out: ${file}: ${reason}`);
  const { photos: others } = await loadPhotos(options.photos, listFiles('validation').slice(0, 64), CHECK.side);
  if (photos.length === 0 || others.length === 0)
    throw new PhotoGuardError('input', `${options.photos}: photos of both splits are needed`);
  printError(`${photos.length} photos to train on, ${others.length} to check with`);

  const { autoencoder: teacher, checkpoint } = await loadAutoencoder(options.teacher);
  if (!(teacher instanceof AutoencoderTiny))
    throw new PhotoGuardError('input', `${options.teacher} is no AutoencoderTiny`, { got: teacher.architecture });
  const config = studentConfig(teacher.config, STUDENT_BLOCKS);
  const initialise = await fromTeacher(checkpoint, teacher.config, STUDENT_BLOCKS);
  const parameters = new Parameters('student', initialise, (name) => !name.includes('.pool.'));
  const student = new AutoencoderTiny(parseAutoencoderTinyConfig(config), parameters);
  const crops = (step: number): Float32Array => cropBatch(photos, { side, seed }, { size, step });

  const runtime = await openRuntime({ device: 'cpu', threads });
  try {
    const distillation = await openDistillation(
      { ...{ runtime, teacher, student, parameters, seed }, shape: { size, side }, optimiser: OPTIMISER },
      crops(0),
    );
    const { trainer } = distillation;
    const codec = async (which: Autoencoder, load: (graph: Graph) => Promise<Program>) => ({
      encode: await load(latentsGraph([which], pictureBatch(CHECK))),
      decode: await load(decodeGraph(which, CHECK)),
    });
    const ours = await codec(student, (graph) => trainer.evaluator(graph));
    const theirs = await codec(teacher, (graph) => runtime.load(graph));
    const pictures = cropBatch(others, { side: CHECK.side, seed: 1 }, { size: CHECK.size, step: 0 });
    const { size: checked } = CHECK;
    const { steps, finished } = await runTraining({
      live: liveLine(),
      ...{ out: options.out, trainer, parameters: parameters.tensors(), samplesPerStep: size, rate, signal },
      ...{ logEvery: 20, checkEvery: 100, minutes },
      step: (step, learningRate) => distillation.step(step, learningRate, crops(step)),
      check: async () => ({
        ...(await checkStudent(ours, theirs, pictures, { size: checked, channels: teacher.latentChannels })),
      }),
      title: 'Distillation of an autoencoder',
      about: `From ${options.teacher}, on ${photos.length} photos.`,
      samples: async () => [await reconstructionSheet(ours, theirs, pictures, CHECK)],
    });
    const folder = join(options.out, 'vae');
    await exportModel(folder, 'diffusion_pytorch_model.safetensors', config, parameters, trainer);
    print(`${finished ? 'done' : 'stopped'} after ${steps} steps: ${folder}`);
  } finally {
    await runtime.close();
  }
};

await runCommand(command, run, { stopped: 'stopped; run it again to resume' });
