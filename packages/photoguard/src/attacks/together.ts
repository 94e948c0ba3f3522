// Combines objectives of several models, whether they see the photo at one size or each at its own.
import type { Size } from '../image/index.ts';
import type { Built } from './attack.ts';
import { ensemble, type Weighting } from './ensemble.ts';
import type { Objective } from './objective.ts';
import { partObjective } from './part-objective.ts';

/** The combined objective; `sizes` has the size of each model. */
export function together(
  objectives: readonly Objective[],
  sizes: readonly Size[],
  weighting?: Weighting,
): Pick<Built, 'objective' | 'sizes'> {
  const [first] = sizes as readonly [Size];
  const isOne = sizes.every(({ width, height }) => width === first.width && height === first.height);
  const parts = isOne ? objectives : objectives.map((one, k) => partObjective(one, sizes, k));
  return { objective: () => ensemble(parts, weighting), sizes: isOne ? [first] : sizes };
}
