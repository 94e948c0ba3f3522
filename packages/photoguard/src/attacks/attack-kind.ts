// Makes the descriptor of an attack from what its folder declares, so that the values of its own options are typed there, and
// the memory of the transforms it looks through is planned for every kind in the same way.
import type { AttackKind, AttackModel, PlanContext, PlannedAttack, Settled } from './kind.ts';
import type { Options, Values } from './options.ts';
import { planThrough } from './plan-through.ts';

/** A kind as defined in its folder: the values of its own options are typed. */
export interface Declaration<O extends Options>
  extends Omit<AttackKind, 'options' | 'resolve' | 'plan' | 'work' | 'details'> {
  readonly options: O;
  resolve?(own: Values<O>): Values<O>;
  plan(settled: Settled<O>, models: readonly AttackModel[], context: PlanContext): PlannedAttack;
  work(settled: Settled<O>): number;
  details?(settled: Settled<O>, models: readonly Omit<AttackModel, 'size'>[]): Readonly<Record<string, unknown>>;
}

/** Makes a kind. It gets values only from `settle`, which checks them against `options`. */
export function attackKind<const O extends Options>(declared: Declaration<O>): AttackKind {
  const kind = declared as unknown as AttackKind;
  return { ...kind, plan: (settled, models, context) => planThrough(kind.plan, settled, models, context) };
}
