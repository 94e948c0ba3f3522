// The encoder attack as a descriptor.
import { PhotoGuardError } from '../../errors.ts';
import type { Pixels8, Size } from '../../image/index.ts';
import { Attack, type AttackOptions } from '../attack.ts';
import { attackKind } from '../attack-kind.ts';
import { type FirstOptions, type FirstPlan, firstChange, planFirst } from '../first-change.ts';
import type { AttackModel, AttackRecipe, PlanContext, Settled } from '../kind.ts';
import type { Objective } from '../objective.ts';
import { constantSteps, linearSteps, RECIPES, type Recipe } from '../recipes.ts';
import { attackOptions } from '../subject.ts';
import type { Target } from '../target.ts';
import { tooLittle } from '../too-little.ts';
import { encoderAttack } from './encoder-attack.ts';
import { planAway, planEncoder } from './encoder-plan.ts';

/** Gradients of `protect`: more of them move other networks no further. */
const PROTECT_STEPS = 8;
/** Gradients of `quick`: a tenth less of a protection than `protect`. */
const QUICK_STEPS = 2;

/** Size of gradients' steps after the pass of `instant`, as a share of the bound. */
const INSTANT_STEP = 0.2;

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
  // A network makes the change; gradients may follow (--steps).
  instant: {
    ...protect,
    ...{ name: 'instant', start: 'network', steps: 0, stepSize: constantSteps(INSTANT_STEP) },
  },
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
  plan(settled, models, context) {
    const { size: modelSize } = models[0]!;
    const first = planNetwork(settled, modelSize, context);
    const plan = planGradients(settled, models, context);
    return {
      bytes: Math.max(plan?.bytes ?? 0, first?.bytes ?? 0), // one after the other
      prepare(subject, runtime) {
        const options = attackOptions({ ...settled, recipe: withStart(settled) }, subject, runtime);
        const begun = first ? { ...options, first: startingWith(first, options) } : options;
        if (!plan) return unmeasured(begun, modelSize, first?.bytes ?? 0);
        const target = settled.target as Target | 'away';
        return encoderAttack({ ...begun, ...{ victims: models, modelSize, plan, target } });
      },
    };
  },
});

/** The pass of the network that the recipe starts with. */
function planNetwork({ recipe, target }: Settled, size: Size, { memory, immunizer }: PlanContext) {
  if (recipe.start !== 'network') return undefined;
  if (target !== 'away')
    throw new PhotoGuardError('usage', `the recipe ${recipe.name} has no other target than away`, {
      got: typeof target === 'string' ? target : 'a picture',
      hint: 'leave --target out',
    });
  if (!immunizer)
    throw new PhotoGuardError('input', `the recipe ${recipe.name} needs the network of models/immunizer`, {
      hint: 'photoguard immunize has it; in the library, loadImmunizer gives it',
    });
  const plan = planFirst(immunizer, size);
  if (plan.bytes > (memory ?? plan.bytes)) throw tooLittle([{ ref: recipe.name }], size, plan.bytes, memory!);
  return plan;
}

/** The programs of gradients; undefined if there are none. */
function planGradients({ recipe, target }: Settled, models: readonly AttackModel[], { memory }: PlanContext) {
  if (recipe.steps === 0) return undefined;
  const plan = target === 'away' ? planAway : planEncoder;
  return plan(models, models[0]!.size, memory);
}

const startingWith =
  (plan: FirstPlan, { runtime, constraint, mask }: FirstOptions) =>
  (photo: Pixels8, signal?: AbortSignal) =>
    firstChange(plan, photo, { runtime, constraint, mask, signal });

/** An attack without gradients: there is no model to measure with. */
const unmeasured = (options: AttackOptions, size: Size, plannedBytes: number): Attack =>
  new Attack(options, async () => ({
    ...{ objective: () => NOTHING, sizes: [size], grey: true, plannedBytes },
    isUnmeasured: true,
  }));

const NOTHING: Objective = {
  evaluate: () => Promise.reject(new Error('a recipe without steps has no gradient')),
  measure: () => Promise.reject(new Error('a recipe without steps has no model that measures')),
  release: async () => undefined,
};

/** Away from the photo's own latents there is no way at the photo itself: a start at zero becomes a random one. */
const withStart = ({ target, recipe }: Settled): Recipe =>
  target === 'away' && recipe.start === 'zero' ? { ...recipe, start: 'random' } : recipe;
