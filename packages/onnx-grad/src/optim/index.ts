// Training: optimisers as graphs. Gradients come from `grad`, by weights that initializersAsInputs makes inputs.
export type { AdamWOptions, AdamWScalars, AdamWState } from './adam-w.ts';
export { adamW, adamWScalars } from './adam-w.ts';
export { clipScale, globalNorm } from './gradient-norm.ts';
export { movingAverage, warmDecay } from './moving-average.ts';
export { initializersAsInputs } from './parameters.ts';
export { cosineRate, type RateSchedule } from './rate.ts';
export { sgdMomentum } from './sgd.ts';
export type { Parameter, UpdateOptions, UpdateScalars } from './update.ts';
export { adamWUpdate, STATES } from './update.ts';
