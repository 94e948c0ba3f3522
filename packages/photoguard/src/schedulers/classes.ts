// What each scheduler class of diffusers reads from its configuration, as a schema: its keys with their defaults, and
// the keys whose other values are not supported, with the values that are.
import * as z from 'zod/mini';
import { flag, number, object, oneOf, only, whole } from '../validate/index.ts';

/** Supported classes of diffusers. */
export type SchedulerClass =
  | 'DDIMScheduler'
  | 'DDPMScheduler'
  | 'DPMSolverMultistepScheduler'
  | 'EulerAncestralDiscreteScheduler'
  | 'EulerDiscreteScheduler'
  | 'LCMScheduler'
  | 'PNDMScheduler'
  | 'UniPCMultistepScheduler';

const spacing = (by: 'leading' | 'linspace') => z._default(oneOf('leading', 'trailing', 'linspace'), by);
const betas = (start: number, end: number, schedule: 'linear' | 'scaled_linear') => ({
  beta_start: z._default(number(0, 1), start),
  beta_end: z._default(number(0, 1), end),
  beta_schedule: z._default(oneOf('linear', 'scaled_linear', 'squaredcos_cap_v2'), schedule),
});

const COMMON = {
  num_train_timesteps: z._default(whole(1, 100_000), 1000),
  ...betas(0.0001, 0.02, 'linear'),
  prediction_type: z._default(oneOf('epsilon', 'v_prediction', 'sample'), 'epsilon'),
  timestep_spacing: spacing('leading'),
  steps_offset: z._default(whole(0, 1000), 0),
  trained_betas: only(null),
};
const CLIPPED = { clip_sample: z._default(flag(), true) };
const ZERO_SNR = { rescale_betas_zero_snr: z._default(flag(), false) };
const KARRAS = { use_karras_sigmas: z._default(z.nullable(flag()), false) };
const solver = (highestOrder: number) => ({
  ...{ ...COMMON, ...ZERO_SNR, ...KARRAS, timestep_spacing: spacing('linspace') },
  solver_order: z._default(whole(1, highestOrder), 2),
  lower_order_final: z._default(flag(), true),
});
const DPM = { algorithm_type: z._default(oneOf('dpmsolver++', 'sde-dpmsolver++'), 'dpmsolver++') };
const LCM = {
  original_inference_steps: z._default(whole(1, 100_000), 50),
  timestep_scaling: z._default(number(0, 1e6), 10),
};
const alphaToOne = (isOne: boolean) => ({ set_alpha_to_one: z._default(flag(), isOne) });

const OFF = only(null, false);
const THRESHOLD = { thresholding: OFF };
const SIGMAS = { use_exponential_sigmas: OFF, use_beta_sigmas: OFF, final_sigmas_type: only(null, 'zero') };
const SHIFT = { use_flow_sigmas: OFF, use_dynamic_shifting: OFF };
const RANGE = { sigma_min: only(null), sigma_max: only(null) };

type Values<Shape extends z.core.$ZodLooseShape> = z.output<z.ZodMiniObject<Shape>>;

/** A configuration as in its file, with the defaults of the class; keys that only some classes have are optional. */
export type ClassValues = Values<typeof COMMON> &
  Partial<
    Values<typeof CLIPPED & typeof ZERO_SNR & typeof KARRAS & typeof DPM & typeof LCM> &
      Pick<Values<ReturnType<typeof solver>>, 'solver_order' | 'lower_order_final'> &
      Values<ReturnType<typeof alphaToOne>>
  >;

const SCHEMAS: Readonly<Record<SchedulerClass, z.ZodMiniType<ClassValues>>> = Object.freeze({
  DDIMScheduler: object({ ...COMMON, ...CLIPPED, ...ZERO_SNR, ...alphaToOne(true), ...THRESHOLD }),
  DDPMScheduler: object({
    ...{ ...COMMON, ...CLIPPED, ...ZERO_SNR, ...THRESHOLD },
    variance_type: only(null, 'fixed_small'),
  }),
  DPMSolverMultistepScheduler: object({
    ...{ ...solver(3), ...DPM, ...THRESHOLD, ...SIGMAS, ...SHIFT },
    use_lu_lambdas: OFF,
    // diffusers maps these names of other solvers to its own.
    solver_type: only(null, 'midpoint', 'logrho', 'bh1', 'bh2'),
    variance_type: only(null),
    lambda_min_clipped: only(null, Number.NEGATIVE_INFINITY),
  }),
  EulerAncestralDiscreteScheduler: object({ ...COMMON, ...ZERO_SNR, timestep_spacing: spacing('linspace') }),
  EulerDiscreteScheduler: object({
    ...{ ...COMMON, ...ZERO_SNR, ...KARRAS, timestep_spacing: spacing('linspace'), ...SIGMAS, ...RANGE },
    interpolation_type: only(null, 'linear'),
    timestep_type: only(null, 'discrete'),
  }),
  LCMScheduler: object({
    ...{ ...COMMON, ...betas(0.00085, 0.012, 'scaled_linear'), ...ZERO_SNR, ...LCM, ...THRESHOLD },
    clip_sample: z._default(flag(), false),
  }),
  PNDMScheduler: object({
    ...{ ...COMMON, ...alphaToOne(false) },
    prediction_type: z._default(oneOf('epsilon', 'v_prediction'), 'epsilon'),
    skip_prk_steps: only(true),
  }),
  UniPCMultistepScheduler: object({
    ...{ ...solver(2), ...THRESHOLD, ...SIGMAS, ...SHIFT, ...RANGE },
    solver_type: only(null, 'bh2', 'midpoint', 'heun', 'logrho'),
    predict_x0: only(null, true),
    disable_corrector: only(null),
    solver_p: only(null),
    shift_terminal: only(null),
  }),
});

/** Whether a class is supported. */
export const isSchedulerClass = (name: string): name is SchedulerClass => Object.hasOwn(SCHEMAS, name);

/** What a class reads. */
export const classSchema = (name: SchedulerClass): z.ZodMiniType<ClassValues> => SCHEMAS[name];
