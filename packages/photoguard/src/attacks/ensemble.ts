// Several models at once. Each model's loss is taken relative to its loss at the first image, and the models that lag
// behind weigh more: weights are a softmax of the current relative losses. A plain mean neglects the models that are
// hard to move (docs/encoder-attack-recipes.md has both, measured).
import type { Evaluation, Objective } from './objective.ts';

/** How models are weighed: `worst` favours those whose relative loss is highest; `mean` weighs all alike. */
export type Weighting = 'worst' | 'mean';

/** Sharpness of the worst-case weighting: at 0 a mean, at infinity the worst model alone. */
const SHARPNESS = 10;

/** One objective of several. A single one is given back as it is. */
export function ensemble(objectives: readonly Objective[], weighting: Weighting = 'worst'): Objective {
  if (objectives.length === 1) return objectives[0]!;
  let first: readonly number[] | undefined;
  return {
    async evaluate(image, signal) {
      const each: Evaluation[] = [];
      for (const objective of objectives) each.push(await objective.evaluate(image, signal));
      first ??= each.map(({ loss }) => Math.max(Math.abs(loss), 1e-12));
      const scales = first;
      const relative = each.map(({ loss }, i) => loss / scales[i]!);
      const weights = weightsOf(relative, weighting);
      const gradient = new Float32Array(each[0]!.gradient.length);
      each.forEach((one, m) => {
        const factor = weights[m]! / scales[m]!;
        for (let i = 0; i < gradient.length; i++) gradient[i]! += factor * one.gradient[i]!;
      });
      const loss = relative.reduce((sum, r, m) => sum + r * weights[m]!, 0);
      return { loss, gradient, parts: each.flatMap(({ parts }) => parts) };
    },
    async measure(image, signal) {
      const parts = [];
      for (const objective of objectives) parts.push(...(await objective.measure(image, signal)));
      return parts;
    },
    async release() {
      for (const objective of objectives) await objective.release();
    },
  };
}

function weightsOf(relative: readonly number[], weighting: Weighting): number[] {
  const sharpness = weighting === 'worst' ? SHARPNESS : 0;
  const highest = Math.max(...relative);
  const raw = relative.map((r) => Math.exp(sharpness * (r - highest)));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((w) => w / sum);
}
