// The attacks room: objectives, constraints, projected gradient descent and the encoder attack built of them.

export { Random } from '../random.ts';
export type { AttackOptions, Immunized } from './attack.ts';
export { Attack } from './attack.ts';
export type { Constraint, Delta, NormName } from './constraint.ts';
export { constraintOf, L2Constraint, LinfConstraint, l2Norm } from './constraint.ts';
export type { Draw, Draws, DrawsOptions } from './diffusion-draws.ts';
export { seededDraws } from './diffusion-draws.ts';
export type { DiffusionObjectiveOptions } from './diffusion-objective.ts';
export { DiffusionObjective } from './diffusion-objective.ts';
export type { EncoderAttackOptions } from './encoder-attack.ts';
export { encoderAttack } from './encoder-attack.ts';
export type { EncoderObjectiveOptions, Victim } from './encoder-objective.ts';
export { EncoderObjective, encoderGradientPlan, encoderLossGraph } from './encoder-objective.ts';
export type { Weighting } from './ensemble.ts';
export { ensemble } from './ensemble.ts';
export { keptOnly, masked } from './masked.ts';
export type { Evaluation, Objective, Part } from './objective.ts';
export type { Perturbed, PgdOptions, Progress } from './pgd.ts';
export { pgd, withDelta } from './pgd.ts';
export type { NamedRecipe, Recipe, RecipeName } from './recipes.ts';
export { RECIPES } from './recipes.ts';
export { reconstruct } from './reconstruct.ts';
export { EDITOR_RESIZE, resized } from './resized.ts';
export type { Target } from './target.ts';
export { targetLatent } from './target.ts';
