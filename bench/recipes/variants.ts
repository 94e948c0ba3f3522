// A recipe with another number of steps and the same schedule, stretched.
import type { NamedRecipe, Recipe } from 'photoguard/attacks';

/** The recipe over `steps` gradients. */
export const stretched = (recipe: NamedRecipe, steps: number): Recipe => ({
  ...recipe,
  steps,
  stepSize: (k, eps) => recipe.stepSize((k * recipe.steps) / steps, eps),
});
