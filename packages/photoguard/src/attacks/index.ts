// The attacks room: kinds of attacks in one table, and their building blocks: objectives, constraints, projected
// gradient descent, ensembles, expectations over transforms.

export { shareByActivity } from './activity.ts';
export type { Immunized } from './attack.ts';
export { Attack } from './attack.ts';
export { COMMON } from './common-options.ts';
export type { Constraint, NormName } from './constraint.ts';
export { l2Norm, makeConstraint } from './constraint.ts';
export { DenoisingObjective } from './denoising/denoising-objective.ts';
export type { Look } from './denoising/pairs.ts';
export type { Raised } from './denoising/raised.ts';
export type { DiffusionAttackOptions, EditorVictim } from './diffusion/diffusion-attack.ts';
export { diffusionAttack } from './diffusion/diffusion-attack.ts';
export { seededDraws } from './diffusion/diffusion-draws.ts';
export { DiffusionObjective } from './diffusion/diffusion-objective.ts';
export type { DiffusionRecipe } from './diffusion/diffusion-recipes.ts';
export { DIFFUSION_RECIPES } from './diffusion/diffusion-recipes.ts';
export type { EncoderAttackOptions } from './encoder/encoder-attack.ts';
export { encoderAttack } from './encoder/encoder-attack.ts';
export { encoderLossGraph, type Victim } from './encoder/encoder-graph.ts';
export { EncoderObjective } from './encoder/encoder-objective.ts';
export type { Weighting } from './ensemble.ts';
export { type ExpectationOptions, expectation } from './expectation.ts';
export type { AttackKind, AttackModel, LossWords, Settings, Settled } from './kind.ts';
export type { Evaluation, Objective, Part } from './objective.ts';
export { checkedValue, choice, dashed, type Option, type Options } from './options.ts';
export type { Progress } from './pgd.ts';
export { pgd, WORKING_BYTES, withDelta } from './pgd.ts';
export type { NamedRecipe, Recipe } from './recipes.ts';
export { RECIPES } from './recipes.ts';
export { ballNoise } from './rounded.ts';
export { settle } from './settle.ts';
export { ATTACKS } from './table.ts';
export type { Target } from './target.ts';
export { targetLatent } from './target.ts';
export { tooLittle } from './too-little.ts';
export { findWholeRun } from './tuning.ts';
export { isUneven, type Preference, VISIBILITY, type VisibilityLevel, type VisibilityName } from './visibility.ts';
