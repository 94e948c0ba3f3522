// node --conditions=source training/train-autoencoder.ts --photos F --teacher F --out F
// Distils the autoencoder of models/mini. Stop it at any time: it goes on from its checkpoint.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cosineRate } from 'onnx-grad/optim';
import { writeWhole } from 'photoguard/image/node';
import { AutoencoderTiny, loadAutoencoder, parseAutoencoderTinyConfig, writeSafetensors } from 'photoguard/models';
import { openRuntime } from 'photoguard/runtime';
import { checkStudent } from './autoencoder/check.ts';
import { openDistillation } from './autoencoder/distil.ts';
import { decodeGraph, encodeGraph } from './autoencoder/graphs.ts';
import { cropBatch } from './data/photo-batches.ts';
import { loadPhotos, readCaptions } from './data/photo-set.ts';
import { loadTraining, saveTraining } from './engine/checkpoint.ts';
import { uniformByInputs } from './engine/initialise.ts';
import { Parameters } from './engine/parameters.ts';
import { openLog } from './log/run-log.ts';

const { values } = parseArgs({
  options: {
    photos: { type: 'string' },
    teacher: { type: 'string' },
    out: { type: 'string' },
    steps: { type: 'string', default: '3000' },
    batch: { type: 'string', default: '16' },
    side: { type: 'string', default: '64' },
    channels: { type: 'string', default: '32' },
    rate: { type: 'string', default: '0.0015' },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '600' },
  },
});
const { photos: photoFolder, teacher: teacherFolder, out } = values;
if (!photoFolder || !teacherFolder || !out) throw new Error('--photos, --teacher and --out are needed');
const [steps, size, side, channels, seed] = ['steps', 'batch', 'side', 'channels', 'seed'].map((name) =>
  Number(values[name as 'steps']),
) as [number, number, number, number, number];
const SAVE_SECONDS = 180;
const LOG_STEPS = 20;
const CHECK_STEPS = 100;
const BETAS = [0.9, 0.99] as const;

const config = {
  _class_name: 'AutoencoderTiny',
  act_fn: 'relu',
  in_channels: 3,
  out_channels: 3,
  latent_channels: 4,
  encoder_block_out_channels: [channels, channels, channels, channels],
  decoder_block_out_channels: [channels, channels, channels, channels],
  num_encoder_blocks: [1, 2, 3, 3],
  num_decoder_blocks: [3, 3, 2, 1],
  latent_magnitude: 3,
  latent_shift: 0.5,
  force_upcast: false,
  scaling_factor: 1,
  upsampling_scaling_factor: 2,
  upsample_fn: 'nearest',
};

await mkdir(out, { recursive: true });
const rows = await readCaptions(photoFolder);
const filesOf = (split: string): string[] => rows.filter((row) => row.split === split).map(({ file }) => file);
const { photos, unreadable } = await loadPhotos(photoFolder, filesOf('train'), side);
for (const [file, reason] of unreadable) console.error(`left out: ${file}: ${reason}`);
const { photos: checks } = await loadPhotos(photoFolder, filesOf('validation').slice(0, 64), 128);
console.error(`${photos.length} photos to train on, ${checks.length} to check with`);

const runtime = await openRuntime({ device: 'cpu', threads: Number(values.threads) });
const { autoencoder: teacher } = await loadAutoencoder(teacherFolder);
const parameters = new Parameters('student', uniformByInputs(seed), (name) => !name.includes('.pool.'));
const student = new AutoencoderTiny(parseAutoencoderTinyConfig(config), parameters);
const crops = (step: number) => cropBatch(photos, { side, seed }, { size, step });
const distillation = await openDistillation(
  {
    ...{ runtime, teacher, student, parameters, seed, shape: { size, side } },
    optimiser: { betas: BETAS, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1, averageDecay: 0.995 },
  },
  crops(0),
);
const { trainer } = distillation;
const last = join(out, 'last.safetensors');
const before = await loadTraining(last).catch(() => undefined);
if (before) await trainer.restore(before.states);
const log = await openLog(join(out, 'log.jsonl'), before?.steps ?? 0);

const checkShape = { size: 16, side: 128 };
const codec = async (
  load: (graph: ReturnType<typeof encodeGraph>) => ReturnType<typeof runtime.load>,
  which: typeof student | typeof teacher,
) => ({
  encode: await load(encodeGraph(which, checkShape)),
  decode: await load(decodeGraph(which, checkShape)),
});
const ours = await codec((graph) => trainer.evaluator(graph), student);
const theirs = await codec((graph) => runtime.load(graph), teacher);
const pictures = cropBatch(checks, { side: 128, seed: 1 }, { size: 16, step: 0 });

let stop = false;
process.on('SIGINT', () => (stop = true));
process.on('SIGTERM', () => (stop = true));
const started = performance.now();
let saved = started;
const sums = { loss: 0, encoder: 0, decoder: 0, count: 0 };
let step = before?.steps ?? 0;
const first = step;
const save = async () => saveTraining(last, step, await trainer.read(), parameters.tensors());
while (step < steps && !stop) {
  step++;
  const rate = cosineRate(step - 1, { peak: Number(values.rate), warmup: 100, steps });
  const { loss, kept } = await distillation.step(step, rate, crops(step));
  sums.loss += loss;
  sums.encoder += kept.encoder!;
  sums.decoder += kept.decoder!;
  sums.count++;
  const seconds = (performance.now() - started) / 1000;
  if (step % LOG_STEPS === 0) {
    const mean = (sum: number): number => Number((sum / sums.count).toFixed(5));
    const figures =
      step % CHECK_STEPS === 0 ? await checkStudent(ours, theirs, pictures, { size: 16, channels: 4 }) : {};
    const line = {
      ...{
        step,
        samples: step * size,
        loss: mean(sums.loss),
        encoder: mean(sums.encoder),
        decoder: mean(sums.decoder),
      },
      ...{ rate, seconds: Math.round(seconds), ...figures },
    };
    Object.assign(sums, { loss: 0, encoder: 0, decoder: 0, count: 0 });
    await log(line);
    const left = (seconds / (step - first)) * (steps - step);
    console.error(`${JSON.stringify(line)}  ${Math.ceil(left / 60)} min left`);
  }
  if (performance.now() - saved > 1000 * SAVE_SECONDS) {
    await save();
    saved = performance.now();
  }
  if (seconds > 60 * Number(values.minutes)) stop = true;
}
await save();
const average = await trainer.read('average');
const weights = [...parameters.tensors()].map(
  ([name, { shape }]) => [name, { shape, data: average[`average.${name}`]! }] as const,
);
await mkdir(join(out, 'vae'), { recursive: true });
await writeWhole(
  join(out, 'vae', 'diffusion_pytorch_model.safetensors'),
  writeSafetensors(new Map(weights), { dtype: 'F16', metadata: { format: 'pt' } }),
);
await writeWhole(
  join(out, 'vae', 'config.json'),
  new TextEncoder().encode(`${JSON.stringify(config, undefined, 2)}\n`),
);
await runtime.close();
