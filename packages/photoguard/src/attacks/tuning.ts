// Recipes with something of them changed: another norm or radius, more or fewer steps, other edits. What is not said is
// the recipe's own. The command's options and the arms of an evaluation are both read through this.
import type { Constraint, NormName } from './constraint.ts';
import { constraintOf } from './constraint.ts';
import type { DiffusionRecipe, DiffusionSettings } from './diffusion/diffusion-recipes.ts';
import type { DiffusionTarget } from './diffusion/diffusion-target.ts';
import type { NamedRecipe, Recipe } from './recipes.ts';

/** What to change of a recipe. */
export interface Tuning {
  readonly norm?: NormName | undefined;
  /** [0, 1] pixel units. */
  readonly eps?: number | undefined;
  readonly steps?: number | undefined;
  /** Size of every step, [0, 1] pixel units, instead of the recipe's schedule. */
  readonly stepSize?: number | undefined;
  readonly start?: 'zero' | 'random' | undefined;
}

/** What to change of a diffusion recipe. */
export interface DiffusionTuning<Target> extends Tuning {
  readonly target?: Target | undefined;
  readonly draws?: number | undefined;
  /** Steps of the edit that are run. */
  readonly editSteps?: number | undefined;
  readonly guidance?: number | undefined;
  readonly eta?: number | undefined;
  /** Above 0: see EditOptions. */
  readonly strength: number;
}

/** Radius where none is given: for L2 the 16 in [-1, 1] of PhotoGuard's notebook, for L-inf the paper's. */
const DEFAULT_EPS: Readonly<Record<NormName, number>> = { l2: 8, linf: 16 / 255 };

/**
 * A recipe as it is run. Steps scale with eps, in the other norm too; with another number of steps the schedule is
 * stretched.
 * @throws PhotoGuardError `input` for an eps out of range
 */
export function tunedRecipe(
  named: NamedRecipe,
  tuning: Tuning,
): { readonly constraint: Constraint; readonly recipe: Recipe } {
  const norm = tuning.norm ?? named.norm;
  const eps = tuning.eps ?? (norm === named.norm ? named.eps : DEFAULT_EPS[norm]);
  const steps = tuning.steps ?? named.steps;
  const stretched = (k: number): number => named.stepSize((k * named.steps) / steps, eps);
  return {
    constraint: constraintOf(norm, eps),
    recipe: {
      ...named,
      steps,
      ...(tuning.start && { start: tuning.start }),
      stepSize: tuning.stepSize === undefined ? stretched : () => tuning.stepSize!,
    },
  };
}

/** A diffusion recipe as it is run. @throws PhotoGuardError `input` for an eps out of range */
export function tunedDiffusion<Target = DiffusionTarget & string>(
  named: DiffusionRecipe,
  tuning: DiffusionTuning<Target>,
): {
  readonly constraint: Constraint;
  readonly recipe: Recipe;
  readonly settings: DiffusionSettings;
  readonly target: Target | (DiffusionTarget & string);
} {
  const { constraint, recipe } = tunedRecipe(named, tuning);
  const target = tuning.target ?? named.target;
  const { strength } = tuning;
  return {
    constraint,
    // At the clean photo itself, edits that are to be left have no gradient.
    recipe: target === 'away' ? { ...recipe, start: 'random' } : recipe,
    settings: {
      draws: tuning.draws ?? named.draws,
      edit: {
        strength,
        steps: wholeRunOf(tuning.editSteps ?? named.editSteps, strength),
        guidance: tuning.guidance ?? named.guidance,
        eta: tuning.eta ?? named.eta,
      },
    },
    target,
  };
}

/** Steps of the shortest whole run of which a strength above 0 runs so many. */
export function wholeRunOf(run: number, strength: number): number {
  let steps = Math.ceil(run / Math.max(strength, 1e-3));
  while (Math.trunc(steps * strength) < run) steps++;
  return steps;
}
