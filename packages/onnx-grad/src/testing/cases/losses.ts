// Losses over classes, with ignored labels, weights and every reduction.
import type { GradientCase } from '../case.ts';
import { Draft, drawShape, int, pick } from '../case.ts';

const overClasses = (op: string): GradientCase => ({
  name: op,
  operators: [op],
  build(random) {
    const draft = new Draft(random);
    const [n, classes, ...rest] = drawShape(random, int(random, 2, 4), 2, 4) as [number, number, ...number[]];
    const ignored = pick(random, [undefined, -1, 0]);
    const scores = draft.uniform('scores', [n, classes, ...rest]);
    // The first label counts: a mean over nothing is no number.
    const labels = draft.indices('labels', [n, ...rest], (i) =>
      i > 0 && ignored !== undefined && random() < 0.3 ? ignored : int(random, 1, classes - 1),
    );
    const weights = random() < 0.5 ? [draft.uniform('weights', [classes], 0.5, 2)] : [];
    const attributes = {
      reduction: pick(random, ['none', 'mean', 'sum']),
      ...(ignored !== undefined && { ignore_index: ignored }),
    };
    const outputs = op === 'SoftmaxCrossEntropyLoss' ? int(random, 1, 2) : 1;
    return draft.done(...draft.g.ops(op, [scores, labels, ...weights], attributes, outputs));
  },
});

/** Cases of losses. */
export const LOSS_CASES: readonly GradientCase[] = ['NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss'].map(
  overClasses,
);
