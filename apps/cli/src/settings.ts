// From options to an attack: the recipe with what the user changed of it, and the constraint.
import type { Constraint, NamedRecipe, NormName, Recipe, RecipeName } from 'photoguard/attacks';
import { tunedRecipe } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import type { FORMATS } from './result-names.ts';

/** Options of `photoguard immunize`, as commander gives them. */
export interface ImmunizeOptions {
  readonly attack: 'encoder' | 'diffusion';
  readonly output?: string;
  /** Pattern of results' names. */
  readonly name?: string;
  readonly format?: (typeof FORMATS)[number];
  /** Folders below those that are given, too. */
  readonly recursive?: boolean;
  /** Photos' folders are kept under the output. */
  readonly keepFolders?: boolean;
  /** Finished photos are done again. */
  readonly force?: boolean;
  /** Files that are no results are replaced. */
  readonly overwrite?: boolean;
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
  checkEps(tuned.constraint);
  checkStepSize(options, tuned.constraint);
  return tuned;
}

/** @throws PhotoGuardError `usage` for a bound below one level of 255, which nothing of a photo can be changed by */
export function checkEps({ eps }: Constraint): void {
  if (eps * 255 >= 1 - 1e-6) return; // 1/255 * 255 is 1 only up to rounding
  throw new PhotoGuardError('usage', '--eps is below one level of 255: nothing of the photo would change', {
    got: `${Number((eps * 255).toPrecision(3))}/255`,
    hint: 'give 1/255 or more',
  });
}

/** @throws PhotoGuardError `usage` for a fixed step above the ball */
export function checkStepSize({ stepSize }: Pick<ImmunizeOptions, 'stepSize'>, { eps }: Constraint): void {
  if (stepSize === undefined || stepSize <= 2 * eps) return;
  throw new PhotoGuardError('usage', '--step-size is larger than the ball is wide', {
    got: `${stepSize} with eps ${eps}`,
    hint: `give at most ${2 * eps}`,
  });
}
