// node --conditions=source training/train-autoencoder.ts --photos <folder> --teacher <folder> --out <folder>
// Distils the autoencoder of models/mini from a tiny autoencoder of the same latent space. Stop it at any time: it goes
// on from its checkpoint.
import { join } from 'node:path';
import { type Autoencoder, AutoencoderTiny, loadAutoencoder, parseAutoencoderTinyConfig } from 'photoguard/models';
import { openRuntime, type Program } from 'photoguard/runtime';
import { checkStudent } from './autoencoder/check.ts';
import { openDistillation } from './autoencoder/distil.ts';
import { decodeGraph, encodeGraph } from './autoencoder/graphs.ts';
import { fromTeacher, STUDENT_BLOCKS, studentConfig } from './autoencoder/student.ts';
import { cropBatch } from './data/photo-batches.ts';
import { loadPhotos, readCaptions } from './data/photo-set.ts';
import { lineOf, optionsOf, stopSignal } from './engine/command.ts';
import { exportModel } from './engine/export.ts';
import { Parameters } from './engine/parameters.ts';
import { runTraining } from './engine/run.ts';

const options = optionsOf({
  ...{ photos: '', teacher: '', out: '' },
  ...{ steps: '900', batch: '8', side: '64', rate: '0.0005', seed: '0', threads: '2', minutes: 'Infinity' },
});
const [size, side, seed] = [Number(options.batch), Number(options.side), Number(options.seed)];
const CHECK = { size: 16, side: 128 };

const rows = await readCaptions(options.photos);
const filesOf = (split: string): string[] => rows.filter((row) => row.split === split).map(({ file }) => file);
const { photos, unreadable } = await loadPhotos(options.photos, filesOf('train'), side);
for (const [file, reason] of unreadable) console.error(`left out: ${file}: ${reason}`);
const { photos: others } = await loadPhotos(options.photos, filesOf('validation').slice(0, 64), CHECK.side);
console.error(`${photos.length} photos to train on, ${others.length} to check with`);

const runtime = await openRuntime({ device: 'cpu', threads: Number(options.threads) });
const { autoencoder: teacher, checkpoint } = await loadAutoencoder(options.teacher);
if (!(teacher instanceof AutoencoderTiny)) throw new Error(`${options.teacher} is no AutoencoderTiny`);
const config = studentConfig(teacher.config, STUDENT_BLOCKS);
const initialise = await fromTeacher(checkpoint, teacher.config, STUDENT_BLOCKS);
const parameters = new Parameters('student', initialise, (name) => !name.includes('.pool.'));
const student = new AutoencoderTiny(parseAutoencoderTinyConfig(config), parameters);
const crops = (step: number): Float32Array => cropBatch(photos, { side, seed }, { size, step });
const optimiser = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1, averageDecay: 0.995 } as const;
const distillation = await openDistillation(
  { ...{ runtime, teacher, student, parameters, seed }, shape: { size, side }, optimiser },
  crops(0),
);
const { trainer } = distillation;
const codec = async (which: Autoencoder, load: (graph: ReturnType<typeof encodeGraph>) => Promise<Program>) => ({
  encode: await load(encodeGraph(which, CHECK)),
  decode: await load(decodeGraph(which, CHECK)),
});
const ours = await codec(student, (graph) => trainer.evaluator(graph));
const theirs = await codec(teacher, (graph) => runtime.load(graph));
const pictures = cropBatch(others, { side: CHECK.side, seed: 1 }, { size: CHECK.size, step: 0 });

const { steps, finished } = await runTraining({
  ...{ out: options.out, trainer, parameters: parameters.tensors(), samplesPerStep: size },
  ...{ logEvery: 20, checkEvery: 100, minutes: Number(options.minutes), signal: stopSignal() },
  rate: { peak: Number(options.rate), warmup: 100, steps: Number(options.steps) },
  step: (step, rate) => distillation.step(step, rate, crops(step)),
  check: async () => ({ ...(await checkStudent(ours, theirs, pictures, { size: CHECK.size, channels: 4 })) }),
  onLine: (line, left) => console.error(lineOf(line, left)),
});
const folder = join(options.out, 'vae');
await exportModel(folder, 'diffusion_pytorch_model.safetensors', config, parameters, trainer);
console.log(`${finished ? 'done' : 'stopped'} after ${steps} steps: ${folder}`);
await runtime.close();
