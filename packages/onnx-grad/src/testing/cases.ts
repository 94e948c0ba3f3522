// All gradient cases: the table that the suites on CPU, wasm and WebGPU and docs/operators.md share.
import type { GradientCase } from './case.ts';
import { ACTIVATION_CASES } from './cases/activations.ts';
import { ARITHMETIC_CASES } from './cases/arithmetic.ts';
import { INDEXING_CASES } from './cases/indexing.ts';
import { LAYOUT_CASES } from './cases/layout.ts';
import { LOSS_CASES } from './cases/losses.ts';
import { NORMALIZATION_CASES } from './cases/normalizations.ts';
import { PRODUCT_CASES } from './cases/products.ts';
import { RECURRENT_CASES } from './cases/recurrent.ts';
import { REDUCTION_CASES } from './cases/reductions.ts';
import { SAMPLING_CASES } from './cases/sampling.ts';
import { WINDOW_CASES } from './cases/windows.ts';

/** Every case, by family. */
export const GRADIENT_CASES: readonly GradientCase[] = [
  ...ARITHMETIC_CASES,
  ...ACTIVATION_CASES,
  ...REDUCTION_CASES,
  ...LAYOUT_CASES,
  ...INDEXING_CASES,
  ...PRODUCT_CASES,
  ...WINDOW_CASES,
  ...NORMALIZATION_CASES,
  ...LOSS_CASES,
  ...RECURRENT_CASES,
  ...SAMPLING_CASES,
];

/**
 * Cases whose graphs ONNX Runtime leaves in part to the CPU on WebGPU: they compute with int64 or bool while they run, or
 * have an operator that it has no kernel for (found by tests/browser).
 */
export const PARTLY_ON_CPU: readonly string[] = [
  ...['AffineGrid', 'Gather', 'GatherND in batches', 'GridSample', 'GridSample by the nearest', 'LRN', 'Mod'],
  ...['NegativeLogLikelihoodLoss', 'OneHot', 'Pow at zero', 'RNN', 'STFT', 'SoftmaxCrossEntropyLoss'],
];
