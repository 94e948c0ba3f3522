// Classifier-free guidance: one prediction of several branches, from the one that is told least to the one that is told
// most: e0 + s1 (e1 - e0) + s2 (e2 - e1). They are run in a batch, or, which takes less memory for activations and gives
// the same numbers, one after the other: the prediction is a weighted sum over branches, and so is its pull.
import type { Tensors } from '../runtime/index.ts';
import { PREDICTIONS, type Prediction } from './predictions.ts';

/** What is guided. */
export interface Guided {
  /** What differs from branch to branch, one row each; at least one. */
  readonly branches: readonly Tensors[];
  /** One less than branches. */
  readonly scales: readonly number[];
  /** What all branches are given. */
  readonly shared: Tensors;
}

/** A run of the denoiser: its program, what it is given beside latent and time, and what its prediction weighs. */
export interface GuidedRun {
  readonly program: Prediction;
  readonly conditions: Tensors;
  readonly weight: number;
}

/** Runs that a prediction is the weighted sum of: one with all branches in a batch, or one for each. */
export const listRuns = (guided: Guided, isSplit: boolean): readonly GuidedRun[] =>
  isSplit ? separateBranches(guided) : [stackBranches(guided)];

function stackBranches({ branches, scales, shared }: Guided): GuidedRun {
  const stacked = Object.keys(branches[0]!).map((name) => {
    const rows = branches.map((branch) => branch[name] as Float32Array);
    const all = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const row of rows) {
      all.set(row, at);
      at += row.length;
    }
    return [name, all] as const;
  });
  const conditions = {
    ...shared,
    ...Object.fromEntries(stacked),
    ...(scales.length > 0 && { guidance: Float32Array.from(scales) }),
  };
  return { program: PREDICTIONS[branches.length - 1]!, conditions, weight: 1 };
}

function separateBranches({ branches, scales, shared }: Guided): GuidedRun[] {
  const [program] = PREDICTIONS;
  return branches.map((branch, k) => ({
    program,
    conditions: { ...shared, ...branch },
    weight: (k === 0 ? 1 : scales[k - 1]!) - (scales[k] ?? 0),
  }));
}
