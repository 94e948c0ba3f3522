// Recipes with changes: another norm or radius, more or fewer steps. Everything else stays as in the recipe.
import type { Constraint, NormName } from './constraint.ts';
import { makeConstraint } from './constraint.ts';
import type { NamedRecipe, Recipe } from './recipes.ts';

/** Changes to a recipe. */
export interface Tuning {
  readonly norm?: NormName | undefined;
  /** [0, 1] pixel units. */
  readonly eps?: number | undefined;
  readonly steps?: number | undefined;
  /** Size of every step, [0, 1] pixel units, instead of the recipe's schedule. */
  readonly stepSize?: number | undefined;
  readonly start?: 'zero' | 'random' | undefined;
}

/** Default radius: for L2 the 16 in [-1, 1] of PhotoGuard's notebook, for L-inf the paper's. */
const DEFAULT_EPS: Readonly<Record<NormName, number>> = { l2: 8, linf: 16 / 255 };

/**
 * A recipe with its changes. Steps scale with eps, also in the other norm; with another number of steps the schedule is
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
    constraint: makeConstraint(norm, eps),
    recipe: {
      ...named,
      steps,
      ...(tuning.start && { start: tuning.start }),
      stepSize: tuning.stepSize === undefined ? stretched : () => tuning.stepSize!,
    },
  };
}

/** Steps of the shortest schedule of which a strength above 0 runs `run` steps. */
export function findWholeRun(run: number, strength: number): number {
  let steps = Math.ceil(run / Math.max(strength, 1e-3));
  while (Math.trunc(steps * strength) < run) steps++;
  return steps;
}
