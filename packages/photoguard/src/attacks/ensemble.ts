// Several models at once. Losses have different units, so each model is followed by its progress: 1 at the first image,
// minus the decrease of the loss in units of the scale that the objective states. The first loss cannot be that scale:
// it may be 0, or the negative of something that grows. Models that lag behind get more weight: weights are a softmax
// of the current progress. A plain mean neglects the models that are hard to move (docs/encoder-attack-recipes.md has
// both, measured).
import type { Evaluation, Objective } from './objective.ts';

/** How models are weighted: `worst` favours those that have moved least; `mean` treats all alike. */
export type Weighting = 'worst' | 'mean';

/** Sharpness of the worst-case weighting: 0 is the mean, infinity only the worst model. */
const SHARPNESS = 10;

/**
 * Combines several objectives into one, for one run on one photo: progress counts from the first image that is
 * evaluated. A single objective is returned unchanged.
 */
export function ensemble(objectives: readonly Objective[], weighting: Weighting = 'worst'): Objective {
  if (objectives.length === 1) return objectives[0]!;
  let first: readonly Evaluation[] | undefined;
  return {
    relative: objectives.some(({ relative }) => relative),
    async evaluate(image, k, signal, clean) {
      const each: Evaluation[] = [];
      for (const objective of objectives) each.push(await objective.evaluate(image, k, signal, clean));
      first ??= each;
      const start = first;
      const progress = each.map(({ loss }, m) => 1 + (loss - start[m]!.loss) / start[m]!.scale);
      const weights = weigh(progress, weighting);
      const gradient = new Float32Array(each[0]!.gradient.length);
      each.forEach((one, m) => {
        const factor = weights[m]! / start[m]!.scale;
        for (let i = 0; i < gradient.length; i++) gradient[i]! += factor * one.gradient[i]!;
      });
      const loss = progress.reduce((sum, p, m) => sum + p * weights[m]!, 0);
      return { loss, gradient, scale: 1, parts: each.flatMap(({ parts }) => parts) };
    },
    async measure(image, signal, clean) {
      const parts = [];
      for (const objective of objectives) parts.push(...(await objective.measure(image, signal, clean)));
      return parts;
    },
    async release() {
      for (const objective of objectives) await objective.release();
    },
  };
}

function weigh(progress: readonly number[], weighting: Weighting): number[] {
  const sharpness = weighting === 'worst' ? SHARPNESS : 0;
  const highest = Math.max(...progress);
  const raw = progress.map((p) => Math.exp(sharpness * (p - highest)));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((w) => w / sum);
}
