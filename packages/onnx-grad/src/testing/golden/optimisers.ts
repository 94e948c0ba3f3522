// Golden traces of optimisers and moving averages, all steps in one graph.
import type { Value } from '../../graph/graph.ts';
import { adamW, adamWScalars } from '../../optim/adam-w.ts';
import { movingAverage, warmDecay } from '../../optim/moving-average.ts';
import { sgdMomentum } from '../../optim/sgd.ts';
import type { OpsContext } from './context.ts';
import { numberIn, numbersIn } from './context.ts';

/** Writes a trace: outputs by the names of the case's tensors, without `output.`. */
type TraceGraph = (context: OpsContext) => Record<string, Value>;

const splitRows = ({ g }: OpsContext, stacked: Value): Value[] =>
  Array.from({ length: stacked.shape[0]! }, (_, i) =>
    g.reshape(g.slice(stacked, [0], [i], [i + 1]), stacked.shape.slice(1)),
  );

const stack = ({ g }: OpsContext, rows: readonly Value[]): Value =>
  g.concat(
    rows.map((row) => g.reshape(row, [1, ...row.shape])),
    0,
  );

const adam: TraceGraph = (context) => {
  const { g, config, I } = context;
  const betas = numbersIn(config, 'betas') as [number, number];
  const options = { betas, epsilon: numberIn(config, 'eps', 1e-8), weightDecay: numberIn(config, 'weight_decay', 0) };
  const zeros = g.zeros('float32', I('w').shape);
  let state = { weight: I('w'), m: zeros, v: zeros };
  const weights = splitRows(context, I('gradients')).map((gradient, i) => {
    const { keep, alpha, epsilon } = adamWScalars(i + 1, numberIn(config, 'lr', 1e-3), options);
    const scalars = { keep: g.scalar(keep), alpha: g.scalar(alpha), epsilon: g.scalar(epsilon) };
    state = adamW(g, state, gradient, scalars, betas);
    return state.weight;
  });
  return { w: stack(context, weights), exp_avg: state.m, exp_avg_sq: state.v };
};

const sgd: TraceGraph = (context) => {
  const { g, config, I } = context;
  let state = { weight: I('w'), velocity: g.zeros('float32', I('w').shape) };
  const weights = splitRows(context, I('gradients')).map((gradient) => {
    state = sgdMomentum(g, state, gradient, g.scalar(numberIn(config, 'lr', 0.1)), numberIn(config, 'momentum', 0));
    return state.weight;
  });
  return { w: stack(context, weights), momentum_buffer: state.velocity };
};

const averages: TraceGraph = (context) => {
  const { g, config, I } = context;
  const [start, ...weights] = splitRows(context, I('weights'));
  const trace = (decays: readonly number[]): Value => {
    let average = start!;
    const rows = weights.map((weight, i) => (average = movingAverage(g, average, weight, g.scalar(1 - decays[i]!))));
    return stack(context, rows);
  };
  const fixed = weights.map(() => numberIn(config, 'fixed_decay', 0));
  const warm = weights.map((_, i) => warmDecay(i + 1, numberIn(config, 'decay', 0)));
  const diffusers_decay = g.constant({ dtype: 'float32', shape: [warm.length], data: Float32Array.from(warm) });
  return { fixed: trace(fixed), diffusers: trace(warm), diffusers_decay };
};

/** Traces by the `op` of their configuration. */
export const OPTIMISERS: Readonly<Record<string, TraceGraph>> = {
  adamw: adam,
  adam,
  'sgd-momentum': sgd,
  ema: averages,
};
