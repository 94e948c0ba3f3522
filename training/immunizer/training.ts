// The training of an immunizer: batches, checks against noise, and the weights as a model's folder.
import { join } from 'node:path';
import { liveLine } from '@photoguard/terminal';
import { type Graph, GraphBuilder } from 'onnx-grad';
import { shareByActivity } from 'photoguard/attacks';
import { Immunizer, type ImmunizerConfig, type SurrogateEncoder } from 'photoguard/models';
import { Random } from 'photoguard/random';
import type { Program, Runtime, Tensors } from 'photoguard/runtime';
import { openRuntime } from 'photoguard/runtime/node';
import { exportModel, Parameters, type RunResult, runTraining, Trainer } from 'photoguard/training';
import type { BatchShape } from '../common/batch-shape.ts';
import { STREAMS } from '../common/streams.ts';
import { uniformByInputs } from '../engine/initialise.ts';
import { type CropSource, drawCrop } from '../surrogates/crops.ts';
import { type LossOptions, writeLoss } from './loss.ts';
import { drawUploads } from './uploads.ts';

/** The file of the weights in the model's folder. */
export const WEIGHTS = 'diffusion_pytorch_model.safetensors';

const OPTIMISER = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1, averageDecay: 0.998 } as const;
const WARMUP_STEPS = 50;
/** Figures of the loss beside the loss itself. */
const KEPT = ['moved', 'least', 'flip'] as const;
/** Checks take these batches, of another seed. */
const CHECKED = 4;
const CHECK_SEED = 2 ** 31;

/** A training. */
export interface ImmunizerTraining {
  /** Its folder: checkpoint, log, and `model`. */
  readonly out: string;
  readonly config: ImmunizerConfig;
  readonly networks: readonly SurrogateEncoder[];
  readonly source: CropSource;
  readonly shape: BatchShape;
  readonly rate: number;
  /** Steps of the whole training, and the step to stop after; default: the last. */
  readonly steps: number;
  readonly until?: number;
  readonly checkEvery: number;
  readonly minutes?: number;
  readonly seed: number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Trains, or goes on, and writes the model, `<out>/model`. */
export async function trainImmunizer(options: ImmunizerTraining): Promise<RunResult> {
  const { out, config, networks, source, shape, rate, steps, seed, threads, signal } = options;
  const parameters = new Parameters('immunizer', uniformByInputs(seed));
  const immunizer = new Immunizer(config, parameters);
  const runtime = await openRuntime({ device: 'cpu', threads });
  try {
    const loss = lossGraph({ immunizer, networks, shape });
    const trainer = await Trainer.open({
      ...{ runtime, loss, parameters: parameters.tensors(), keep: KEPT },
      ...OPTIMISER,
    });
    const noise = await measureNoise(options, runtime);
    const evaluator = await trainer.evaluator(loss);
    const file = { _class_name: immunizer.architecture, ...config };
    const save = (): Promise<void> => exportModel(join(out, 'model'), WEIGHTS, file, parameters, trainer);
    let next = { step: 0, batch: drawBatch(source, shape, { seed, step: 0 }) };
    const result = await runTraining({
      live: liveLine(),
      ...{ out, trainer, parameters: parameters.tensors(), samplesPerStep: shape.size, signal },
      ...{ rate: { peak: rate, warmup: WARMUP_STEPS, steps }, until: options.until, minutes: options.minutes },
      ...{ logEvery: 20, checkEvery: options.checkEvery },
      async step(step, learningRate) {
        const batch = await (next.step === step ? next.batch : drawBatch(source, shape, { seed, step }));
        const done = trainer.step(step, learningRate, [batch]);
        next = { step: step + 1, batch: drawBatch(source, shape, { seed, step: step + 1 }) };
        return done;
      },
      async check() {
        await save();
        const checked = await measure(options, evaluator);
        return Object.fromEntries([
          ...Object.entries(checked).map(([name, value]) => [`check.${name}`, value]),
          ...Object.entries(noise).map(([name, value]) => [`noise.${name}`, value]),
        ]);
      },
      title: 'Immunizer',
      about: `Against ${networks.length} networks; moved: displacement of latents; noise: uniform, of the same size.`,
    });
    await save();
    return result;
  } finally {
    await runtime.close();
  }
}

function lossGraph(options: LossOptions): Graph {
  const g = new GraphBuilder('immunizer');
  writeLoss(g, options);
  return g.build();
}

type Figures = Readonly<Record<'loss' | (typeof KEPT)[number], number>>;

// Means of the figures over the checked batches.
async function measure(
  { source, shape, seed }: ImmunizerTraining,
  program: Program,
  more: (batch: number) => Tensors = () => ({}),
): Promise<Figures> {
  const sums = { loss: 0, moved: 0, least: 0, flip: 0 };
  for (let b = 0; b < CHECKED; b++) {
    const batch = await drawBatch(source, shape, { seed: (seed + CHECK_SEED) % 2 ** 32, step: b });
    const results = await program.run({ ...batch, ...more(b) });
    for (const name of Object.keys(sums) as (keyof Figures)[]) sums[name] += Number(results[name]![0]) / CHECKED;
  }
  return sums;
}

// The same of uniform noise of the same size, with as much of it at each place.
async function measureNoise(options: ImmunizerTraining, runtime: Runtime): Promise<Figures> {
  const { networks, shape, seed } = options;
  const program = await runtime.load(lossGraph({ networks, shape }));
  const length = shape.size * 3 * shape.side ** 2;
  const figures = await measure(options, program, (b) => ({
    change: new Random(seed, STREAMS.immunizerNoise(b)).uniform(length, -1, 1),
  }));
  await program.release();
  return figures;
}

/** The feeds of a step: they depend on the seed and the step only. */
async function drawBatch(
  source: CropSource,
  shape: BatchShape,
  { seed, step }: { readonly seed: number; readonly step: number },
): Promise<Tensors> {
  const { size, side } = shape;
  const area = side * side;
  const image = new Float32Array(size * 3 * area);
  const share = new Float32Array(size * area);
  for (let i = 0; i < size; i++) {
    const data = await drawCrop(source, side, { seed, index: step * size + i });
    share.set(shareByActivity({ width: side, height: side, channels: 3, data }), i * area);
    for (let c = 0; c < 3; c++) for (let k = 0; k < area; k++) image[(3 * i + c) * area + k] = data[3 * k + c]! / 255;
  }
  return { image, share, ...drawUploads(shape, { seed, step }) };
}
