// The cost of an arm, from the lines, since it is measured and differs from run to run.
import type { ResultLine } from './results.ts';

/** Time and memory of an arm. */
export interface ArmCost {
  readonly arm: string;
  /** Of one photo at one eps, mean. */
  readonly secondsPerPhoto: number;
  readonly gradients: number;
  /** Bytes that its programs were planned to take; 0 for arms without an attack. */
  readonly plannedBytes: number;
  /** Highest resident size of the process that ran the attack. */
  readonly peakBytes?: number;
}

/** Costs of the arms that attack, and the mean seconds of an edit with its measuring. */
export function summariseCost(lines: readonly ResultLine[]): {
  readonly arms: readonly ArmCost[];
  readonly secondsPerEdit: number;
} {
  const names = [...new Set(lines.map(({ arm }) => arm))];
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const most = (values: readonly number[]): number => Math.max(0, ...values);
  const arms = names.map((arm) => {
    const costs = lines.filter((line) => line.arm === arm).map(({ cost }) => cost);
    const peak = most(costs.map(({ peakBytes = 0 }) => peakBytes));
    return {
      arm,
      secondsPerPhoto: mean(costs.map(({ seconds }) => seconds.immunize)),
      gradients: most(costs.map(({ gradients }) => gradients)),
      plannedBytes: most(costs.map(({ plannedBytes }) => plannedBytes)),
      ...(peak > 0 && { peakBytes: peak }),
    };
  });
  return {
    arms: arms.filter(({ gradients }) => gradients > 0),
    secondsPerEdit: mean(lines.map(({ cost }) => cost.seconds.edit)),
  };
}
