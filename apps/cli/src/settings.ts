// From options to an attack: the recipe with what the user changed of it, and the constraint.
import type { Constraint, NamedRecipe, NormName, Recipe, RecipeName } from 'photoguard/attacks';
import { constraintOf } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';

/** Options of `photoguard immunize`, as commander gives them. */
export interface ImmunizeOptions {
  readonly attack: 'encoder' | 'diffusion';
  readonly output?: string;
  readonly model?: readonly string[];
  readonly recipe: RecipeName;
  readonly norm?: NormName;
  /** [0, 1] pixel units. */
  readonly eps?: number;
  readonly steps?: number;
  readonly stepSize?: number;
  readonly start?: 'zero' | 'random';
  readonly target?: string;
  readonly mask?: string;
  readonly size?: string;
  readonly seed: number;
  readonly device: 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml' | 'wasm';
  /** Bytes. */
  readonly memory?: number;
  /** `false`: no picture, where one would be made unasked. */
  readonly compare?: string | false;
  /** Whether a record goes into the photo's XMP. */
  readonly record: boolean;
  /** Of the diffusion attack only. */
  readonly prompt?: readonly string[];
  readonly editSteps?: number;
  readonly last?: number;
  readonly draws?: number;
  readonly guidance?: number;
  readonly eta?: number;
  readonly strength?: number;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Radius where none is given: for L2 the 16 in [-1, 1] of PhotoGuard's notebook, for L-inf the paper's. */
const DEFAULT_EPS: Readonly<Record<NormName, number>> = { l2: 8, linf: 16 / 255 };

/**
 * The constraint and recipe of some options. Steps of a recipe scale with eps; one that was made for a norm keeps its
 * schedule for the other, as a share of the new radius.
 * @throws PhotoGuardError `input` for an eps out of range, `usage` for a fixed step above the ball
 */
export function settingsOf(
  options: ImmunizeOptions,
  named: NamedRecipe,
): { readonly constraint: Constraint; readonly recipe: Recipe } {
  const norm = options.norm ?? named.norm;
  const eps = options.eps ?? (norm === named.norm ? named.eps : DEFAULT_EPS[norm]);
  const constraint = constraintOf(norm, eps);
  if (options.stepSize !== undefined && options.stepSize > 2 * eps)
    throw new PhotoGuardError('usage', '--step-size is larger than the ball is wide', {
      got: `${options.stepSize} with eps ${eps}`,
      hint: `give at most ${2 * eps}`,
    });
  const steps = options.steps ?? named.steps;
  const isMadeForThis = norm === 'linf' && named.norm === 'linf';
  const stretched = (k: number): number => {
    const at = (k * named.steps) / steps;
    return isMadeForThis ? named.stepSize(at, eps) : (eps / named.eps) * named.stepSize(at, named.eps);
  };
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
