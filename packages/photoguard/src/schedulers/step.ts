// A step of a scheduler is linear in its inputs: the state (the latent, and what multistep methods remember), the
// model's output, and noise. Its coefficients do not depend on data, so a schedule is computed in advance, and a step
// is a small matrix: applying it goes forward, its transpose takes cotangents back. No derivative is written by hand.
import { PhotoGuardError } from '../errors.ts';

/** Coefficients of one vector in terms of a step's columns: the state's vectors, the model's output, the noise. */
export type Row = readonly number[];

/** One step, with everything settled except the data. */
export interface SchedulerStep {
  /** The timestep passed to the model. */
  readonly timestep: number;
  /** The model sees inputScale times the latent. */
  readonly inputScale: number;
  /** One row for each vector of the new state. */
  readonly matrix: readonly Row[];
  /** The step's prediction of the clean latent. */
  readonly original: Row;
  /** Whether a noise tensor is drawn, even where its coefficient is 0. */
  readonly drawsNoise: boolean;
  /** Only if the configuration clips: see {@link Clipping}. The step is then only piecewise linear. */
  readonly clipped?: Clipping;
}

/** A quantity that is clipped to [-range, range], and what it adds to each vector of the new state and to `original`. */
export interface Clipping {
  readonly range: number;
  readonly row: Row;
  readonly weights: readonly number[];
  readonly ofOriginal: number;
}

/** All steps of an edit. The latent is vector 0 of the state; the others start at zero. */
export interface Schedule {
  /** All timesteps, before strength selects some. */
  readonly timesteps: readonly number[];
  /** Only for schedulers that work with noise levels: one per timestep, and the last. */
  readonly sigmas?: readonly number[];
  /** Factor of the first noise if nothing of an image is kept. */
  readonly initNoiseSigma: number;
  readonly stateSize: number;
  /** The steps that are run. */
  readonly steps: readonly SchedulerStep[];
  /** [a, b]: a clean latent noised to position i of `timesteps` is a clean + b noise; after the last position [1, 0]. */
  noised(i: number): readonly [number, number];
}

/** The columns of a step as separate rows, for writing steps as formulas. */
export interface Columns {
  readonly state: readonly Row[];
  readonly output: Row;
  readonly noise: Row;
  readonly zero: Row;
}

/** Columns of a step whose state has `stateSize` vectors. */
export function nameColumns(stateSize: number): Columns {
  const unit = (i: number): Row => Array.from({ length: stateSize + 2 }, (_, k) => (k === i ? 1 : 0));
  return {
    state: Array.from({ length: stateSize }, (_, i) => unit(i)),
    output: unit(stateSize),
    noise: unit(stateSize + 1),
    zero: unit(-1),
  };
}

/** A sum of multiples of rows. */
export const combine = (...terms: readonly (readonly [number, Row])[]): Row =>
  terms[0]![1].map((_, k) => terms.reduce((sum, [factor, row]) => sum + (factor === 0 ? 0 : factor * row[k]!), 0));

/**
 * The new state. All vectors have the same length.
 * @throws PhotoGuardError `input` without `noise` if the step needs it
 */
export function applyStep(
  step: SchedulerStep,
  state: readonly Float32Array[],
  output: Float32Array,
  noise?: Float32Array,
): Float32Array[] {
  const columns = [...state, output];
  if (noise) columns.push(noise);
  else if (step.matrix.some((row) => row[columns.length] !== 0))
    throw new PhotoGuardError('input', `the step at timestep ${step.timestep} needs noise`);
  const clean = step.clipped && clip(weighted(step.clipped.row, columns), step.clipped.range);
  return step.matrix.map((row, i) => {
    const vector = weighted(row, columns);
    if (clean) addTo(vector, step.clipped!.weights[i]!, clean);
    return vector;
  });
}

/** Predicted clean latent of a step. */
export function predictedOriginal(
  step: SchedulerStep,
  state: readonly Float32Array[],
  output: Float32Array,
): Float32Array {
  const columns = [...state, output];
  const original = weighted(step.original, columns);
  const { clipped } = step;
  if (clipped) addTo(original, clipped.ofOriginal, clip(weighted(clipped.row, columns), clipped.range));
  return original;
}

/**
 * Cotangents of the old state and of the model's output (not yet scaled by inputScale), given those of the new state.
 * `at` has the inputs of the step: only steps that clip need it.
 * @throws PhotoGuardError `input` without `at` for a step that clips
 */
export function pullBackStep(
  step: SchedulerStep,
  cotangents: readonly Float32Array[],
  at?: { readonly state: readonly Float32Array[]; readonly output: Float32Array },
): { readonly state: Float32Array[]; readonly output: Float32Array } {
  const columns = cotangents.length + 1;
  const pulled = Array.from({ length: columns }, (_, k) =>
    weighted(
      step.matrix.map((row) => row[k]!),
      cotangents,
    ),
  );
  if (step.clipped) {
    if (!at)
      throw new PhotoGuardError('input', 'the gradient of a step that clips needs the values that it was applied to');
    const { range, row, weights } = step.clipped;
    const clean = weighted(row, [...at.state, at.output]);
    const through = weighted(weights, cotangents).map((g, k) => (Math.abs(clean[k]!) > range ? 0 : g));
    for (const [k, vector] of pulled.entries()) addTo(vector, row[k]!, through);
  }
  return { state: pulled.slice(0, -1), output: pulled[columns - 1]! };
}

const clip = (values: Float32Array, range: number): Float32Array =>
  values.map((v) => Math.min(Math.max(v, -range), range));

function addTo(vector: Float32Array, factor: number, other: Float32Array): void {
  if (factor !== 0) for (let k = 0; k < vector.length; k++) vector[k]! += factor * other[k]!;
}

// Sums in float64, rounded once.
function weighted(row: Row, columns: readonly Float32Array[]): Float32Array {
  const out = new Float64Array(columns[0]!.length);
  for (const [i, column] of columns.entries()) {
    const factor = row[i]!;
    if (factor === 0) continue;
    for (let k = 0; k < out.length; k++) out[k]! += factor * column[k]!;
  }
  return Float32Array.from(out);
}
