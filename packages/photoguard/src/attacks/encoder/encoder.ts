// The encoder attack as a descriptor.
import { attackKind } from '../attack-kind.ts';
import type { AttackRecipe, Settled } from '../kind.ts';
import { linearSteps, RECIPES, type Recipe } from '../recipes.ts';
import { attackOptions } from '../subject.ts';
import type { Target } from '../target.ts';
import { encoderAttack } from './encoder-attack.ts';
import { planAway, planEncoder } from './encoder-plan.ts';

/** Gradients of `protect`: more of them move other networks no further. */
const PROTECT_STEPS = 8;
/** Gradients of `quick`. */
const QUICK_STEPS = 4;

/** What happens to a photo on its way: smaller, compressed, or both, as upload sites do. */
const UPLOADS = 'none; jpeg:60..95:chroma=420|444; resize:0.4..1; resize:0.4..1 > jpeg:60..95';

/** Away from the photo's own latents, as far as a level of visibility allows, so that uploads leave it. */
const protect: AttackRecipe = {
  ...RECIPES.fast,
  ...{ name: 'protect', target: 'away', start: 'random', visibility: 'low', through: UPLOADS },
  ...{ steps: PROTECT_STEPS, stepSize: linearSteps(0.5, PROTECT_STEPS) },
};

const recipes: Readonly<Record<string, AttackRecipe>> = {
  ...Object.fromEntries(
    Object.entries(RECIPES).map(([name, recipe]) => [name, { ...recipe, target: 'grey' }] as const),
  ),
  protect,
  quick: { ...protect, name: 'quick', steps: QUICK_STEPS, stepSize: linearSteps(0.5, QUICK_STEPS) },
};

/** `encoder`. */
export const encoder = attackKind({
  name: 'encoder',
  about: 'fast, against autoencoders: drives the latent of the photo to a target',
  source: 'PhotoGuard, Salman et al. 2023, section 3.1',
  needs: 'autoencoder',
  targets: ['grey', 'zero', 'noise', 'picture', 'away'],
  latentTargets: true,
  recipes,
  options: {},
  loss: { what: 'distance to the target', moved: 'latents move by' },
  work: () => 3,
  plan(settled, models, { memory }) {
    const { size: modelSize } = models[0]!;
    const plan =
      settled.target === 'away' ? planAway(models, modelSize, memory) : planEncoder(models, modelSize, memory);
    return {
      bytes: plan.bytes,
      prepare: (subject, runtime) =>
        encoderAttack({
          ...attackOptions({ ...settled, recipe: withStart(settled) }, subject, runtime),
          ...{ victims: models, modelSize, plan },
          target: settled.target as Target | 'away',
        }),
    };
  },
});

/** Away from the photo's own latents there is no way at the photo itself: a start at zero becomes a random one. */
const withStart = ({ target, recipe }: Settled): Recipe =>
  target === 'away' ? { ...recipe, start: 'random' } : recipe;
