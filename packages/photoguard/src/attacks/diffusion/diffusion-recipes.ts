// Named settings of the diffusion attack: those of the paper and of PhotoGuard's notebook for inpainting (reference:
// the paper's appendix and code; sizes converted to [0, 1] pixel units), and `fast`, ours (docs/diffusion-attack.md
// says how it was found).
import type { EditOptions } from '../../editing/index.ts';
import { constantSteps, linearSteps, type NamedRecipe, RECIPES } from '../recipes.ts';
import type { DiffusionTarget } from './diffusion-target.ts';

/** What the edits of an attack by one editor are like. */
export type AttackedEdit = Required<Pick<EditOptions, 'steps' | 'strength' | 'guidance' | 'eta'>> &
  Pick<EditOptions, 'imageGuidance'>;

/** Names of the recipes. */
export type DiffusionRecipeName = 'fast' | 'paper' | 'notebook';

/** A recipe with the settings of its source. */
export interface DiffusionRecipe extends NamedRecipe {
  readonly name: DiffusionRecipeName;
  readonly draws: number;
  /** Steps of the edit that are run; all are differentiated. */
  readonly editSteps: number;
  readonly guidance: number;
  readonly eta: number;
  readonly target: DiffusionTarget & string;
  readonly prompts: readonly string[];
}

/** Typical prompts for photos of people, and an empty one. */
const COMMON_PROMPTS = [
  '',
  'a photo of a person in prison',
  'a photo of two people at a party',
  'a photo of a person on a beach',
  'a portrait of a person',
  'a painting',
];

/** The recipes, by name. */
export const DIFFUSION_RECIPES: Readonly<Record<DiffusionRecipeName, DiffusionRecipe>> = Object.freeze({
  fast: {
    ...RECIPES.fast,
    name: 'fast',
    steps: 60,
    start: 'random',
    stepSize: linearSteps(0.35, 60),
    draws: 1,
    editSteps: 4,
    guidance: 3,
    eta: 0,
    target: 'away',
    prompts: COMMON_PROMPTS,
  },
  paper: {
    ...RECIPES.paper,
    name: 'paper',
    draws: 1,
    editSteps: 4,
    guidance: 7.5,
    eta: 1,
    target: 'grey',
    prompts: [''],
    source: 'Salman et al. 2023, appendix; edit as in its notebook',
  },
  notebook: {
    name: 'notebook',
    norm: 'l2',
    eps: 8,
    steps: 200,
    start: 'zero',
    projectStart: true,
    stepSize: constantSteps(1 / 16), // 0.5
    momentum: 0,
    draws: 10,
    editSteps: 4,
    guidance: 7.5,
    eta: 1,
    target: 'grey',
    prompts: [''],
    source: "PhotoGuard's notebook, inpainting (16 and 1.0 in [-1, 1])",
  },
});
