// Named settings of the encoder attack. `paper`, `notebook` and `demo` are those of PhotoGuard (its appendix, its
// notebook's encoder attack, its web demo), with sizes converted to [0, 1] pixel units; `fast` is ours
// (docs/encoder-attack-recipes.md says how it was found). Steps are shares of the radius in every recipe: at a source's
// own radius they are its own sizes, and at another one the path has the same shape.
import type { NormName } from './constraint.ts';

/** Settings of projected gradient descent. */
export interface Recipe {
  readonly name: string;
  readonly steps: number;
  /** `network`: the change that a trained network makes in one pass; no step need follow it. */
  readonly start: 'zero' | 'random' | 'network';
  /** Whether the start is projected to the pixel range before the first gradient. */
  readonly projectStart: boolean;
  /** Size of step k (from 0), in [0, 1] pixel units, for a ball of radius eps. */
  readonly stepSize: (k: number, eps: number) => number;
  /** Share of the previous direction that is kept; 0 for none. */
  readonly momentum: number;
}

/** Names of the recipes. */
export type RecipeName = 'fast' | 'paper' | 'notebook' | 'demo';

/** A recipe with the constraint of its source. */
export interface NamedRecipe extends Recipe {
  readonly norm: NormName;
  /** [0, 1] pixel units. */
  readonly eps: number;
  /** Where it comes from, for people. */
  readonly source: string;
}

type StepSize = Recipe['stepSize'];

/** Steps of `share` of the radius. */
export const constantSteps =
  (share: number): StepSize =>
  (_, eps) =>
    share * eps;

/** Steps that decrease linearly from `first` of the radius to a `steps`-th of that. */
export const linearSteps =
  (first: number, steps: number): StepSize =>
  (k, eps) =>
    first * eps * (1 - k / steps);

/** Steps that decrease linearly from `first` of the radius to a hundredth of that, as in PhotoGuard's notebooks. */
const stepsTo1Percent =
  (first: number, steps: number): StepSize =>
  (k, eps) =>
    first * eps * (1 - (0.99 * k) / steps);

/** The recipes, by name. */
export const RECIPES: Readonly<Record<RecipeName, NamedRecipe>> = Object.freeze({
  fast: {
    name: 'fast',
    norm: 'linf',
    eps: 16 / 255,
    steps: 30,
    start: 'zero',
    projectStart: true,
    stepSize: linearSteps(0.35, 30),
    momentum: 0.3,
    source: 'this project',
  },
  paper: {
    name: 'paper',
    norm: 'linf',
    eps: 16 / 255,
    steps: 200,
    start: 'random',
    projectStart: true,
    stepSize: constantSteps(1 / 8), // 2/255
    momentum: 0,
    source: 'Salman et al. 2023, appendix',
  },
  notebook: {
    name: 'notebook',
    norm: 'linf',
    eps: 0.03,
    steps: 1000,
    start: 'random',
    projectStart: false,
    stepSize: stepsTo1Percent(0.01 / 0.03, 1000),
    momentum: 0,
    source: "PhotoGuard's notebook, img2img (0.06 and 0.02 in [-1, 1])",
  },
  demo: {
    name: 'demo',
    norm: 'linf',
    eps: 0.06,
    steps: 200,
    start: 'random',
    projectStart: false,
    stepSize: stepsTo1Percent(0.005 / 0.06, 200),
    momentum: 0,
    source: "PhotoGuard's web demo (0.12 and 0.01 in [-1, 1])",
  },
});
