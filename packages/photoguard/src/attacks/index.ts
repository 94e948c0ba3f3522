// The attacks room: kinds of attacks in one table, and their building blocks: objectives, constraints, projected
// gradient descent, ensembles, expectations over transforms.

export { Random } from '../random.ts';
export type { AttackOptions, Immunized } from './attack.ts';
export { Attack } from './attack.ts';
export { COMMON, type CommonValues } from './common-options.ts';
export type { Constraint, Delta, NormName } from './constraint.ts';
export { L2Constraint, LinfConstraint, l2Norm, makeConstraint } from './constraint.ts';
export { DenoisingObjective, type DenoisingObjectiveOptions, type Looked } from './denoising/denoising-objective.ts';
export { type Look, type Looks, seededLooks } from './denoising/pairs.ts';
export type { Raised } from './denoising/raised.ts';
export type { DiffusionAttackOptions, EditorVictim } from './diffusion/diffusion-attack.ts';
export { diffusionAttack } from './diffusion/diffusion-attack.ts';
export type { Draw, Draws, DrawsOptions } from './diffusion/diffusion-draws.ts';
export { seededDraws } from './diffusion/diffusion-draws.ts';
export type { DiffusionObjectiveOptions } from './diffusion/diffusion-objective.ts';
export { DiffusionObjective } from './diffusion/diffusion-objective.ts';
export type { DiffusionPlan } from './diffusion/diffusion-plan.ts';
export { type PlanDiffusionsOptions, planDiffusion, planDiffusions } from './diffusion/diffusion-plan.ts';
export type { AttackedEdit, DiffusionRecipe, DiffusionRecipeName } from './diffusion/diffusion-recipes.ts';
export { DIFFUSION_RECIPES } from './diffusion/diffusion-recipes.ts';
export type { DiffusionTarget } from './diffusion/diffusion-target.ts';
export type { EncoderAttackOptions } from './encoder/encoder-attack.ts';
export { encoderAttack } from './encoder/encoder-attack.ts';
export { encoderLossGraph, type Victim } from './encoder/encoder-graph.ts';
export { EncoderObjective, type EncoderObjectiveOptions } from './encoder/encoder-objective.ts';
export { type EncoderPlan, encoderGradientPlan, planEncoder } from './encoder/encoder-plan.ts';
export type { Weighting } from './ensemble.ts';
export { ensemble } from './ensemble.ts';
export { type ExpectationOptions, expectation } from './expectation.ts';
export type {
  AttackKind,
  AttackModel,
  AttackRecipe,
  LossWords,
  PlanContext,
  PlannedAttack,
  Settings,
  Settled,
  Subject,
  Through,
} from './kind.ts';
export type { Evaluation, Objective, Part } from './objective.ts';
export { checkedValue, choice, dashed, type Option, type Options, type Values } from './options.ts';
export type { Perturbed, PgdOptions, Progress } from './pgd.ts';
export { pgd, WORKING_BYTES, withDelta } from './pgd.ts';
export type { NamedRecipe, Recipe, RecipeName } from './recipes.ts';
export { RECIPES } from './recipes.ts';
export { ballNoise, roundedIn } from './rounded.ts';
export { findRecipe, settle } from './settle.ts';
export { ATTACKS } from './table.ts';
export type { Target } from './target.ts';
export { targetLatent } from './target.ts';
export { tooLittle } from './too-little.ts';
export type { Tuning } from './tuning.ts';
export { findWholeRun, tunedRecipe } from './tuning.ts';
export { viewed } from './viewed.ts';
