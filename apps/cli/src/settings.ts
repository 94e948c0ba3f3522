// From options to an attack: the recipe with what the user changed of it, and the constraint.
import type { Constraint, NamedRecipe, NormName, Recipe, RecipeName } from 'photoguard/attacks';
import { tunedRecipe } from 'photoguard/attacks';
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

/**
 * The constraint and recipe of some options.
 * @throws PhotoGuardError `input` for an eps out of range, `usage` for a fixed step above the ball
 */
export function settingsOf(
  options: ImmunizeOptions,
  named: NamedRecipe,
): { readonly constraint: Constraint; readonly recipe: Recipe } {
  const tuned = tunedRecipe(named, options);
  checkStepSize(options, tuned.constraint);
  return tuned;
}

/** @throws PhotoGuardError `usage` for a fixed step above the ball */
export function checkStepSize({ stepSize }: Pick<ImmunizeOptions, 'stepSize'>, { eps }: Constraint): void {
  if (stepSize === undefined || stepSize <= 2 * eps) return;
  throw new PhotoGuardError('usage', '--step-size is larger than the ball is wide', {
    got: `${stepSize} with eps ${eps}`,
    hint: `give at most ${2 * eps}`,
  });
}
