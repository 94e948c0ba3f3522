// The memory of the transforms that an attack looks through, on top of what its models take. Without it a budget would hold
// for the models alone.
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import { planSeeing } from '../transforms/index.ts';
import type { AttackModel, PlanContext, PlannedAttack, Settled } from './kind.ts';
import { sizeThrough } from './size-through.ts';

/** Plans the attack itself on what is left to it. */
type PlanAttack = (settled: Settled, models: readonly AttackModel[], context: PlanContext) => PlannedAttack;

/** See the head of this file. @param plan of the attack without its transforms */
export function planThrough(
  plan: PlanAttack,
  settled: Settled,
  models: readonly AttackModel[],
  context: PlanContext,
): PlannedAttack {
  const { through } = settled;
  if (!through) return plan(settled, models, context);
  const sizes = models.map(({ size }) => size);
  const { programs, largest, images } = planSeeing(
    through.draws.extremes,
    sizeThrough(context.photo ?? widest(sizes), sizes),
  );
  // One transform's programs at a time: to load them again takes less than a gradient.
  const taken = largest + images;
  const limited = largest < programs ? { ...settled, through: { ...through, limit: largest } } : settled;
  const { memory } = context;
  try {
    const planned = plan(limited, models, memory === undefined ? context : { ...context, memory: memory - taken });
    return { ...planned, bytes: planned.bytes + taken };
  } catch (error) {
    if (!(error instanceof PhotoGuardError) || error.code !== 'memory' || error.bytes === undefined) throw error;
    throw new PhotoGuardError('memory', error.message, { bytes: error.bytes + taken, cause: error });
  }
}

const widest = (sizes: readonly Size[]): Size =>
  sizes.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
