// Schedulers: timesteps, tables and the trace of all steps for given model outputs and noise.
import type { Schedule } from 'photoguard/schedulers';
import {
  alphasCumprod,
  applyStep,
  makeBetas,
  parseSchedulerConfig,
  predictedOriginal,
  schedulerFromConfig,
} from 'photoguard/schedulers';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, readFloats } from '../compare.ts';

interface Config {
  readonly scheduler: string;
  readonly num_inference_steps: number;
  readonly init: Readonly<Record<string, unknown>>;
  readonly eta?: number;
  readonly strength?: number;
  readonly begin_index?: number;
}

/** Area `schedulers`. */
export const schedulers: GoldenArea = {
  name: 'schedulers',
  async run(golden) {
    const config = golden.json.config as unknown as Config;
    if (!config.scheduler) return tables(golden);
    const { config: parsed, schedule } = schedulerFromConfig(config.init, config.scheduler);
    const { num_inference_steps: steps, eta = 0, strength = 1 } = config;
    const plan = schedule({ steps, eta, strength });
    const all = schedule({ steps, eta }).timesteps;
    const ours = new Map<string, ArrayLike<number>>();
    const put = (name: string, values: ArrayLike<number>): void => {
      if (golden.tensors.has(name)) ours.set(name, values);
    };
    const alphas = alphasCumprod(parsed);
    put('output.timesteps', all);
    put('output.sigmas', plan.sigmas ?? []);
    put('output.init_noise_sigma', [plan.initNoiseSigma]);
    put(
      'output.alphas_cumprod_at_timesteps',
      all.map((t) => alphas[Math.round(t)]!),
    );
    const sample = readFloats(golden, 'input.sample');
    const noise = readFloats(golden, 'input.noise');
    const noised = (i: number): Float32Array => {
      const [a, b] = plan.noised(i);
      return sample.map((x, k) => a * x + b * noise[k]!);
    };
    const wanted = golden.tensors.get('output.noisy_timesteps')?.data;
    if (wanted) {
      const positions = Array.from(wanted, (t) => all.findIndex((own) => Math.abs(own - t) < 0.01));
      put(
        'output.noisy_timesteps',
        positions.map((i) => all[i]!),
      );
      put(
        'output.noisy',
        positions.flatMap((i) => [...noised(i)]),
      );
    }
    const sliced = config.begin_index !== undefined;
    const start = sliced ? noised(all.length - plan.steps.length) : sample.map((x) => x * plan.initNoiseSigma);
    put('output.start', start);
    return [...trace(golden, plan, start, put, ours)];
  },
};

function trace(
  golden: GoldenFile,
  plan: Schedule,
  start: Float32Array,
  put: (name: string, values: ArrayLike<number>) => void,
  ours: ReadonlyMap<string, ArrayLike<number>>,
): Check[] {
  const [outputs, noises] = [readFloats(golden, 'input.model_outputs'), readFloats(golden, 'input.step_noise')];
  const size = start.length;
  let used = 0;
  let state = [start, ...Array.from({ length: plan.stateSize - 1 }, () => new Float32Array(size))];
  const rows = { scaled: [] as number[], latents: [] as number[], originals: [] as number[] };
  for (const [k, step] of plan.steps.entries()) {
    const output = outputs.subarray(k * size, (k + 1) * size);
    rows.scaled.push(...state[0]!.map((x) => x * step.inputScale));
    rows.originals.push(...predictedOriginal(step, state, output));
    const noise = step.drawsNoise ? noises.subarray(used * size, ++used * size) : undefined;
    state = applyStep(step, state, output, noise);
    rows.latents.push(...state[0]!);
  }
  put('output.scaled_model_input', rows.scaled);
  put('output.trace', rows.latents);
  put('output.predicted_original', rows.originals);
  const drawn = golden.json.values?.['output.noise_used'] ?? used;
  return [...compareTensors(golden, ours), { name: 'noise_used', error: Math.abs(drawn - used), tolerance: 0 }];
}

function tables(golden: GoldenFile): readonly Check[] {
  const raw = golden.json.config as Record<string, unknown>;
  const config = parseSchedulerConfig(raw, 'DDIMScheduler');
  const ours = new Map<string, ArrayLike<number>>([
    ['output.betas', makeBetas(config)],
    ['output.alphas_cumprod', alphasCumprod(config)],
  ]);
  const slices = raw.slices as {
    scheduler: string;
    num_inference_steps: number;
    strength: number;
    timesteps: number[];
  }[];
  const checks = slices.map(({ scheduler, num_inference_steps: steps, strength, timesteps }) => {
    const json = { ...raw, timestep_spacing: 'leading', set_alpha_to_one: false };
    const own = schedulerFromConfig(json, scheduler)
      .schedule({ steps, strength })
      .steps.map((step) => step.timestep);
    const off = own.length === timesteps.length ? Math.max(0, ...own.map((t, i) => Math.abs(t - timesteps[i]!))) : 1e9;
    return { name: `slice ${scheduler} ${steps} ${strength}`, error: off, tolerance: 0.01 };
  });
  return [...compareTensors(golden, ours), ...checks];
}
