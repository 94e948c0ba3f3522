// The step of an optimiser over all parameters, as one graph: norm of the gradients, AdamW, and where they are chosen,
// clipping and a moving average. Its tensors are named by a role and the parameter's name; the caller decides where
// they are kept between steps.
import { GraphBuilder } from '../builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { type AdamWScalars, adamW } from './adam-w.ts';
import { clipScale, globalNorm } from './gradient-norm.ts';
import { movingAverage } from './moving-average.ts';

/** A weight that is trained. */
export interface Parameter {
  readonly name: string;
  readonly shape: Shape;
}

/** Tensors that a parameter has between steps: AdamW's, and the moving average if there is one. */
export const STATES = ['weight', 'm', 'v', 'average'] as const;

/** Options of {@link adamWUpdate}. */
export interface UpdateOptions {
  readonly betas: readonly [number, number];
  /** Largest norm of all gradients together; larger ones are scaled down. Default: no limit. */
  readonly clipNorm?: number;
  /** Whether a moving average of the weights is kept. Default: false. */
  readonly average?: boolean;
}

/** Scalar inputs of {@link adamWUpdate}: AdamW's, and with an average `change`, 1 minus its decay. */
export type UpdateScalars = AdamWScalars & { readonly change?: number };

/**
 * Inputs: `weight.<parameter>`, the moments `m.<parameter>` and `v.<parameter>`, `gradient.<parameter>`, the scalars
 * `keep`, `alpha` and `epsilon` [1]; with an average `average.<parameter>` and `change` [1]. Outputs:
 * `next.<state>.<parameter>`, and `norm`, that of the gradients before clipping.
 * A next state may be written over the state: each is read for the last time by the operator that replaces it.
 */
export function adamWUpdate(
  parameters: readonly Parameter[],
  { betas, clipNorm, average: hasAverage = false }: UpdateOptions,
): Graph {
  const g = new GraphBuilder('update');
  const scalar = (name: keyof UpdateScalars): Value => g.reshape(g.input(name, 'float32', [1]), []);
  const [keep, alpha, epsilon] = [scalar('keep'), scalar('alpha'), scalar('epsilon')];
  const change = hasAverage ? scalar('change') : undefined;
  const gradients = parameters.map(({ name, shape }) => g.input(`gradient.${name}`, 'float32', shape));
  const norm = globalNorm(g, gradients);
  const scale = clipNorm === undefined ? undefined : clipScale(g, norm, clipNorm);
  parameters.forEach(({ name, shape }, i) => {
    const state = (role: string): Value => g.input(`${role}.${name}`, 'float32', shape);
    const [weight, m, v] = [state('weight'), state('m'), state('v')];
    const next = adamW(g, { weight, m, v }, gradients[i]!, { keep, alpha, epsilon }, betas, scale);
    for (const [role, value] of Object.entries(next)) g.output(`next.${role}.${name}`, value);
    if (change) g.output(`next.average.${name}`, movingAverage(g, state('average'), next.weight, change));
  });
  g.output('norm', norm);
  return g.build();
}
