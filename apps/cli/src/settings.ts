// From options to an attack: the recipe with what the user changed of it, and the constraint.
import type { Constraint, NamedRecipe, NormName, Recipe, RecipeName } from 'photoguard/attacks';
import { constraintOf, RECIPES } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';

/** Options of `photoguard immunize`, as commander gives them. */
export interface ImmunizeOptions {
  readonly output?: string;
  readonly model?: readonly string[];
  readonly recipe: RecipeName;
  readonly norm: NormName;
  /** [0, 1] pixel units. */
  readonly eps?: number;
  readonly steps?: number;
  readonly stepSize?: number;
  readonly start?: 'zero' | 'random';
  readonly target: string;
  readonly mask?: string;
  readonly size: string;
  readonly seed: number;
  readonly device: 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml' | 'wasm';
  /** Bytes. */
  readonly memory?: number;
  readonly compare?: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Radius of an L2 ball where none is given: 8 in [0, 1] units is the 16 in [-1, 1] of PhotoGuard's notebook. */
const DEFAULT_L2 = 8;

/**
 * The constraint and recipe of some options. Steps of a recipe scale with eps; a recipe made for L-inf keeps its
 * schedule for L2, as a share of the new radius.
 * @throws PhotoGuardError `input` for an eps out of range, `usage` for a fixed step above the ball
 */
export function settingsOf(options: ImmunizeOptions): { constraint: Constraint; recipe: Recipe } {
  const named: NamedRecipe = RECIPES[options.recipe];
  const eps = options.eps ?? (options.norm === 'linf' ? named.eps : DEFAULT_L2);
  const constraint = constraintOf(options.norm, eps);
  if (options.stepSize !== undefined && options.stepSize > 2 * eps)
    throw new PhotoGuardError('usage', '--step-size is larger than the ball is wide', {
      got: `${options.stepSize} with eps ${eps}`,
      hint: `give at most ${2 * eps}`,
    });
  const steps = options.steps ?? named.steps;
  const scale = options.norm === 'linf' ? 1 : eps / named.eps;
  const stretched = (k: number): number =>
    scale * named.stepSize((k * named.steps) / steps, options.norm === 'linf' ? eps : named.eps);
  return {
    constraint,
    recipe: {
      ...named,
      steps,
      ...(options.start && { start: options.start }),
      stepSize: options.stepSize === undefined ? stretched : () => options.stepSize!,
    },
  };
}
