// What attacks on single denoising steps share: an attack is defined by what it raises and where it looks.
import { findPhotoWay } from '../../editing/index.ts';
import type { Mask } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import { Random, STREAMS } from '../../random.ts';
import type { Runtime } from '../../runtime/index.ts';
import { schedulerFromConfig } from '../../schedulers/index.ts';
import { requireKept, resizedMask } from '../../view/index.ts';
import { Attack } from '../attack.ts';
import { DRAWS, PROMPT } from '../common-options.ts';
import type { AttackModel, AttackRecipe, PlanContext, PlannedAttack, Settled, Subject } from '../kind.ts';
import { constantSteps, linearSteps, RECIPES } from '../recipes.ts';
import { attackOptions } from '../subject.ts';
import { together } from '../together.ts';
import { DenoisingObjective } from './denoising-objective.ts';
import { planDenoising } from './denoising-plan.ts';
import { seededLooks } from './pairs.ts';
import type { Raised } from './raised.ts';
import type { Score } from './score-graph.ts';

/** Their options. */
export const DENOISING_OPTIONS = { prompt: PROMPT, draws: DRAWS };

/** Values of their options. */
export type DenoisingValues = { readonly prompt?: readonly string[] | undefined; readonly draws?: number | undefined };

/** Our schedule, and 100 steps of 1/255 in 16/255, the published one from memory, not checked. */
export const denoisingRecipes = (
  source: string,
  own: Readonly<Record<string, unknown>>,
): Record<string, AttackRecipe> => ({
  fast: {
    ...RECIPES.fast,
    ...{ steps: 60, start: 'random', stepSize: linearSteps(0.35, 60) },
    own: { prompt: [''], draws: 1, ...own },
  },
  paper: {
    ...RECIPES.paper,
    ...{ steps: 100, stepSize: constantSteps(1 / 16), source },
    own: { prompt: [''], draws: 1, ...own },
  },
});

/** An editor of an attack. */
export type AttackedEditor = AttackModel & { readonly pipeline: Pipeline };

/** How editors are attacked. */
export interface Denoising {
  readonly score: Score;
  /** What else is raised in an editor. Default: only the score. */
  readonly raised?: (
    model: AttackedEditor,
    context: { readonly runtime: Runtime; readonly seed: number },
  ) => Promise<Omit<Raised, 'score'>> | Omit<Raised, 'score'>;
  /** One of the editor's timesteps, for 32 random bits. Default: uniform. */
  readonly timestep?: (pipeline: Pipeline, bits: number) => number;
  /** A variant of a mask of the model's size, for 32 random bits. Default: the mask itself. */
  readonly augment?: (mask: Mask, bits: number) => Mask;
}

/**
 * Plans an attack on editors.
 * @throws PhotoGuardError `memory` if no plan fits, with the bytes that are needed
 */
export function planDenoisingAttack(
  settled: Settled,
  models: readonly AttackModel[],
  context: PlanContext,
  denoising: Denoising,
): PlannedAttack {
  const editors = models as readonly AttackedEditor[];
  for (const { pipeline } of editors) findPhotoWay(pipeline).checkMask(settled.masked);
  const share = context.memory === undefined ? {} : { memory: context.memory / models.length };
  const plans = editors.map((model) => planDenoising({ ...model, ...share, score: denoising.score }));
  const bytes = plans.reduce((sum, plan) => sum + plan.bytes, 0);
  const prepare = (subject: Subject, runtime: Runtime): Attack => {
    const { mask, seed = 0 } = subject;
    requireKept(mask);
    const { prompt = [''], draws: count = 1 } = settled.own as DenoisingValues;
    return new Attack(attackOptions(settled, subject, runtime), async () => {
      const objectives: DenoisingObjective[] = [];
      for (const [k, model] of editors.entries()) {
        const { ref, pipeline, size } = model;
        const repainted = mask && resizedMask(mask, size);
        const looks = seededLooks({
          ...{ prompts: prompt, count, seed: new Random(seed, STREAMS.looks).bits(0) },
          timestep: (bits) => denoising.timestep?.(pipeline, bits) ?? bits % countTimesteps(pipeline),
          ...(repainted && denoising.augment && { mask: (bits) => denoising.augment!(repainted, bits) }),
        });
        objectives.push(
          new DenoisingObjective({
            ...{ ref, pipeline, size, looks, runtime, plan: plans[k]! },
            raised: { score: denoising.score, ...(await denoising.raised?.(model, { runtime, seed })) },
            ...(repainted && { mask: repainted }),
          }),
        );
      }
      const sizes = editors.map(({ size }) => size);
      return { ...together(objectives, sizes), grey: false, plannedBytes: bytes };
    });
  };
  return { bytes, prepare };
}

const countTimesteps = ({ schedulerConfig }: Pipeline): number =>
  schedulerFromConfig(schedulerConfig).config.trainTimesteps;
