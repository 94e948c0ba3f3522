// The path of a latent through an edit, on the host: its start, and each step after the model's prediction. The way
// back pulls cotangents through the same coefficients.
import type { Schedule, SchedulerStep } from '../schedulers/index.ts';
import { applyStep, pullBackStep } from '../schedulers/index.ts';

/** A path with everything settled except the photo. */
export interface Path {
  readonly schedule: Schedule;
  /** Whether the first latent is pure noise: inpainting with strength 1. */
  readonly fromNoise: boolean;
  /**
   * Only for inpainting with a UNet that does not take the mask: [h, w], 1 where the latent is repainted. After each
   * step the rest is replaced by the original, noised for the next step.
   */
  readonly blend?: Float32Array;
  /** Standard normal, [1, channels, h, w]: noise of the first latent. */
  readonly initialNoise: Float32Array;
  /** Noise of a step that needs some. */
  stepNoise(k: number): Float32Array;
}

/** State before each step, and after the last: vector 0 of a state is the latent. */
export type State = readonly Float32Array[];

/** Position of the first step that is run among all timesteps. */
const findFirst = ({ timesteps, steps }: Schedule): number => timesteps.length - steps.length;

/** Whether a path needs the photo's own latent. */
export const needsLatent = ({ fromNoise, blend }: Path): boolean => !fromNoise || blend !== undefined;

/** The state before the first step. `latent` is the photo's, needed as {@link needsLatent} says. */
export function makeStart(path: Path, latent: Float32Array | undefined): State {
  const { schedule, initialNoise } = path;
  const [a, b] = path.fromNoise ? [0, schedule.initNoiseSigma] : schedule.noised(findFirst(schedule));
  const first = initialNoise.map((n, i) => (a === 0 ? 0 : a * latent![i]!) + b * n);
  return [first, ...Array.from({ length: schedule.stateSize - 1 }, () => new Float32Array(first.length))];
}

/** The model's input for a state before step `k`. */
export function modelInput({ schedule }: Path, k: number, [latent]: State): Float32Array {
  const { inputScale } = schedule.steps[k]!;
  return inputScale === 1 ? latent! : latent!.map((x) => x * inputScale);
}

/** The state after step `k`. */
export function advance(
  path: Path,
  k: number,
  state: State,
  prediction: Float32Array,
  latent: Float32Array | undefined,
): State {
  const step = findStep(path, k);
  const next = applyStep(step, state, prediction, step.drawsNoise ? path.stepNoise(k) : undefined);
  const { blend, initialNoise } = path;
  if (!blend) return next;
  const [a, b] = noisedAfter(path, k);
  const kept = next[0]!.map((x, i) => {
    const m = blend[i % blend.length]!;
    return m * x + (1 - m) * (a * latent![i]! + b * initialNoise[i]!);
  });
  return [kept, ...next.slice(1)];
}

/** Cotangents of the inputs of step `k`, given those of the state after it. */
export interface Pulled {
  /** Of the state before, without the part through the model. */
  readonly state: Float32Array[];
  /** Of the model's prediction in step `k`, in the latent's shape. */
  readonly prediction: Float32Array;
  /** Of the photo's own latent, if the path blends it in. */
  readonly latent?: Float32Array;
}

/** Pulls cotangents of the state after step `k` back. `at` has the inputs of the step, for steps that clip. */
export function pullBack(
  path: Path,
  k: number,
  cotangents: State,
  at: { readonly state: State; readonly prediction: Float32Array },
): Pulled {
  const { blend } = path;
  const [a] = noisedAfter(path, k);
  const [first, ...rest] = cotangents as [Float32Array, ...Float32Array[]];
  const mask = (i: number): number => blend![i % blend!.length]!;
  const before = blend ? [first.map((c, i) => mask(i) * c), ...rest] : cotangents;
  const { state, output } = pullBackStep(findStep(path, k), before, { state: at.state, output: at.prediction });
  return {
    state,
    prediction: output,
    ...(blend && { latent: first.map((c, i) => (1 - mask(i)) * a * c) }),
  };
}

/** Cotangent of the photo's own latent, given that of the first latent. */
export function pullBackStart(path: Path, cotangent: Float32Array): Float32Array {
  const a = path.fromNoise ? 0 : path.schedule.noised(findFirst(path.schedule))[0];
  return cotangent.map((c) => a * c);
}

const findStep = ({ schedule }: Path, k: number): SchedulerStep => schedule.steps[k]!;

const noisedAfter = ({ schedule }: Path, k: number): readonly [number, number] =>
  schedule.noised(findFirst(schedule) + k + 1);
