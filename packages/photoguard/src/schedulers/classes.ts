// What each scheduler class of diffusers reads from its configuration: its keys with their defaults, and the keys that
// would change the numbers in a way that is not built, with the values that are.

/** Classes of diffusers that are built. */
export type SchedulerClass =
  | 'DDIMScheduler'
  | 'DDPMScheduler'
  | 'DPMSolverMultistepScheduler'
  | 'EulerAncestralDiscreteScheduler'
  | 'EulerDiscreteScheduler'
  | 'LCMScheduler'
  | 'PNDMScheduler'
  | 'UniPCMultistepScheduler';

/** Keys of a class. `null` among the built values is the absent key. */
export interface ClassRules {
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly built: Readonly<Record<string, readonly unknown[]>>;
}

const COMMON = {
  num_train_timesteps: 1000,
  beta_start: 0.0001,
  beta_end: 0.02,
  beta_schedule: 'linear',
  prediction_type: 'epsilon',
  timestep_spacing: 'leading',
  steps_offset: 0,
};
const CLIPPED = { clip_sample: true, clip_sample_range: 1 };
const ZERO_SNR = { rescale_betas_zero_snr: false };
const SOLVER = { timestep_spacing: 'linspace', use_karras_sigmas: false, solver_order: 2, lower_order_final: true };

const OFF = [null, false];
const TABLE = { trained_betas: [null] };
const THRESHOLD = { thresholding: OFF };
const SIGMAS = { use_exponential_sigmas: OFF, use_beta_sigmas: OFF, final_sigmas_type: [null, 'zero'] };
const SHIFT = { use_flow_sigmas: OFF, use_dynamic_shifting: OFF };
// diffusers takes these names of other solvers for its own.
const MIDPOINT = [null, 'midpoint', 'logrho', 'bh1', 'bh2'];
const BH2 = [null, 'bh2', 'midpoint', 'heun', 'logrho'];

const RULES: Readonly<Record<SchedulerClass, ClassRules>> = Object.freeze({
  DDIMScheduler: {
    defaults: { ...COMMON, ...CLIPPED, ...ZERO_SNR, set_alpha_to_one: true },
    built: { ...TABLE, ...THRESHOLD },
  },
  DDPMScheduler: {
    defaults: { ...COMMON, ...CLIPPED, ...ZERO_SNR },
    built: { ...TABLE, ...THRESHOLD, variance_type: [null, 'fixed_small'] },
  },
  DPMSolverMultistepScheduler: {
    defaults: { ...COMMON, ...ZERO_SNR, ...SOLVER, algorithm_type: 'dpmsolver++' },
    built: {
      ...TABLE,
      ...THRESHOLD,
      ...SIGMAS,
      ...SHIFT,
      use_lu_lambdas: OFF,
      solver_type: MIDPOINT,
      variance_type: [null],
      lambda_min_clipped: [null, Number.NEGATIVE_INFINITY],
    },
  },
  EulerAncestralDiscreteScheduler: {
    defaults: { ...COMMON, ...ZERO_SNR, timestep_spacing: 'linspace' },
    built: TABLE,
  },
  EulerDiscreteScheduler: {
    defaults: { ...COMMON, ...ZERO_SNR, timestep_spacing: 'linspace', use_karras_sigmas: false },
    built: {
      ...TABLE,
      ...SIGMAS,
      interpolation_type: [null, 'linear'],
      timestep_type: [null, 'discrete'],
      sigma_min: [null],
      sigma_max: [null],
    },
  },
  LCMScheduler: {
    defaults: {
      ...COMMON,
      ...CLIPPED,
      ...ZERO_SNR,
      beta_start: 0.00085,
      beta_end: 0.012,
      beta_schedule: 'scaled_linear',
      clip_sample: false,
      original_inference_steps: 50,
      timestep_scaling: 10,
    },
    built: { ...TABLE, ...THRESHOLD },
  },
  PNDMScheduler: {
    defaults: { ...COMMON, set_alpha_to_one: false },
    built: { ...TABLE, skip_prk_steps: [true] },
  },
  UniPCMultistepScheduler: {
    defaults: { ...COMMON, ...ZERO_SNR, ...SOLVER },
    built: {
      ...TABLE,
      ...THRESHOLD,
      ...SIGMAS,
      ...SHIFT,
      solver_type: BH2,
      predict_x0: [null, true],
      disable_corrector: [null],
      solver_p: [null],
      sigma_min: [null],
      sigma_max: [null],
      shift_terminal: [null],
    },
  },
});

/** Whether a class is built. */
export const isSchedulerClass = (name: string): name is SchedulerClass => Object.hasOwn(RULES, name);

/** What a class reads. */
export const classRules = (name: SchedulerClass): ClassRules => RULES[name];
