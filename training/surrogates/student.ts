// One student: what it is asked to learn, and its training up to a step.
import { join } from 'node:path';
import { liveLine } from '@photoguard/terminal';
import { GraphBuilder, type Value } from 'onnx-grad';
import { parseSurrogateConfig, SurrogateEncoder, type SurrogateSpace } from 'photoguard/models';
import { openRuntime } from 'photoguard/runtime/node';
import { beginAs, exportModel, Parameters, type RunResult, runTraining, Trainer } from 'photoguard/training';
import type { BatchShape } from '../common/batch-shape.ts';
import { uniformByInputs } from '../engine/initialise.ts';
import { type SpaceName, STUDENTS, studentConfig } from './designs.ts';
import type { Pool } from './pool.ts';

/** The file of a student's weights in its folder. */
export const WEIGHTS = 'diffusion_pytorch_model.safetensors';

const OPTIMISER = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1, averageDecay: 0.998 } as const;

/** A student's training. */
export interface StudentOptions {
  readonly name: string;
  /** Folder of all students; this one's is below it. */
  readonly out: string;
  readonly spaces: ReadonlyMap<SpaceName, SurrogateSpace>;
  readonly pool: Pool;
  readonly shape: BatchShape;
  readonly rate: { readonly peak: number; readonly warmup: number; readonly steps: number };
  /** Folder of the model to begin as; default: random weights. */
  readonly begin?: string;
  /** The step to train to in this call. */
  readonly until: number;
  readonly seed: number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Trains a student up to a step and writes it as a model, `<out>/<name>/model`. */
export async function trainStudent(options: StudentOptions): Promise<RunResult> {
  const { name, out, begin, spaces, pool, shape, rate, until, seed, threads, signal } = options;
  const config = studentConfig(name, spaces);
  const parameters = new Parameters(name, begin ? (await beginAs(join(begin, WEIGHTS))).first : uniformByInputs(seed));
  const encoder = new SurrogateEncoder(parseSurrogateConfig(config), parameters);
  const own = STUDENTS[name]!.spaces;
  const runtime = await openRuntime({ device: 'cpu', threads });
  try {
    const loss = studentLoss(encoder, spaces, shape);
    const trainer = await Trainer.open({
      ...{ runtime, loss, parameters: parameters.tensors(), keep: own.length > 1 ? own : [] },
      ...OPTIMISER,
    });
    const folder = join(out, name);
    const result = await runTraining({
      live: liveLine(),
      ...{ out: folder, trainer, parameters: parameters.tensors(), samplesPerStep: shape.size, rate, until, signal },
      ...{ logEvery: 20, checkEvery: rate.steps, check: async () => ({}) },
      step: (step, learningRate) => trainer.step(step, learningRate, [pool.draw(own, shape.size, { seed, step })]),
      title: `Surrogate encoder ${name}`,
      about: `Latents of ${own.join(', ')}.`,
    });
    await exportModel(join(folder, 'model'), WEIGHTS, config, parameters, trainer);
    return result;
  } finally {
    await runtime.close();
  }
}

/** Mean over spaces of the squared error of latents, each channel in units of its deviation. */
function studentLoss(
  { spaces: encoders }: SurrogateEncoder,
  spaces: ReadonlyMap<SpaceName, SurrogateSpace>,
  { size, side }: BatchShape,
) {
  const g = new GraphBuilder('student');
  const image = g.input('image', 'float32', [size, 3, side, side]);
  const signed = g.shift(g.scale(image, 2), -1);
  const errors = encoders.map((encoder): Value => {
    const { mean } = encoder.encode(g, signed);
    const { deviation } = spaces.get(encoder.space as SpaceName)!;
    const data = Float32Array.from(deviation, (d) => 1 / d);
    const unit = g.constant({ dtype: 'float32', shape: [1, deviation.length, 1, 1], data });
    const error = g.mul(g.sub(mean, g.input(`latent.${encoder.space}`, 'float32', mean.shape)), unit);
    return g.mean(g.mul(error, error), [0, 1, 2, 3], false);
  });
  const sum = errors.reduce((a, b) => g.add(a, b));
  g.output('loss', g.scale(sum, 1 / errors.length));
  if (errors.length > 1) for (const [i, { space }] of encoders.entries()) g.output(space, errors[i]!);
  return g.build();
}
