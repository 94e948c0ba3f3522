// The clean latent (x0) and the noise (epsilon) in terms of a model's output, for each kind of prediction.
import type { PredictionType } from './config.ts';
import type { Row } from './step.ts';
import { combine } from './step.ts';

/** x0 and epsilon of x = sqrt(a) x0 + sqrt(1 - a) epsilon, as rows. `a` is the cumulative product at the timestep. */
export function predictionRows(type: PredictionType, a: number, x: Row, output: Row): { original: Row; epsilon: Row } {
  const [signal, noise] = [Math.sqrt(a), Math.sqrt(1 - a)];
  switch (type) {
    case 'epsilon':
      return { original: combine([1 / signal, x], [-noise / signal, output]), epsilon: output };
    case 'v_prediction':
      return {
        original: combine([signal, x], [-noise, output]),
        epsilon: combine([signal, output], [noise, x]),
      };
    case 'sample':
      return { original: output, epsilon: combine([1 / noise, x], [-signal / noise, output]) };
  }
}
