// The step of an optimiser over all parameters, as one graph: norm of the gradients, clipping, AdamW, moving average.
// Its tensors are named by a role and the parameter's name; where they live between steps is the caller's to say.
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

/** Tensors that a parameter has between steps. */
export const STATES = ['weight', 'first', 'second', 'average'] as const;

/** Options of {@link adamWUpdate}. */
export interface UpdateOptions {
  readonly betas: readonly [number, number];
  /** Most norm of all gradients together. */
  readonly clipNorm: number;
}

/** Inputs of {@link adamWUpdate} that are scalars: AdamW's, and `change`, 1 less the moving average's decay. */
export type UpdateScalars = AdamWScalars & { readonly change: number };

/**
 * Inputs: `<state>.<parameter>` for each of {@link STATES}, `gradient.<parameter>`, the scalars `keep`, `size`,
 * `epsilon` and `change` [1]. Outputs: `next.<state>.<parameter>`, and `norm`, that of the gradients before clipping.
 * A next state may be written over the state: each is read for the last time by the operator that replaces it.
 */
export function adamWUpdate(parameters: readonly Parameter[], { betas, clipNorm }: UpdateOptions): Graph {
  const g = new GraphBuilder('update');
  const scalar = (name: keyof UpdateScalars): Value => g.reshape(g.input(name, 'float32', [1]), []);
  const [keep, size, epsilon] = [scalar('keep'), scalar('size'), scalar('epsilon')];
  const change = scalar('change');
  const gradients = parameters.map(({ name, shape }) => g.input(`gradient.${name}`, 'float32', shape));
  const norm = globalNorm(g, gradients);
  const scale = clipScale(g, norm, clipNorm);
  parameters.forEach(({ name, shape }, i) => {
    const [weight, first, second, average] = STATES.map((state) => g.input(`${state}.${name}`, 'float32', shape)) as [
      Value,
      Value,
      Value,
      Value,
    ];
    const scalars = { keep, size, epsilon };
    const next = adamW(g, { weight, first, second }, gradients[i]!, scalars, betas, scale);
    const all = { ...next, average: movingAverage(g, average, next.weight, change) };
    for (const state of STATES) g.output(`next.${state}.${name}`, all[state]);
  });
  g.output('norm', norm);
  return g.build();
}
