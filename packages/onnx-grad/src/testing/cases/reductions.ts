// Reductions, softmaxes and cumulative sums over random axes.
import type { GradientCase, Random } from '../case.ts';
import { Draft, drawShape, int, shuffled } from '../case.ts';

// Some axes of a rank, counted from the front or the back; none means all.
const someAxes = (random: Random, rank: number): number[] =>
  shuffled(
    random,
    Array.from({ length: rank }, (_, i) => i),
  )
    .slice(0, int(random, 0, rank))
    .map((axis) => (random() < 0.5 ? axis : axis - rank));

const reduction = (op: string, data: 'integers' | 'distinct' | 'awayFromZero' | 'uniform'): GradientCase => ({
  name: op,
  operators: [op],
  exact: data === 'integers',
  build(random) {
    const draft = new Draft(random);
    const shape = drawShape(random, int(random, 1, 4), 2, 3);
    const axes = someAxes(random, shape.length);
    const x = draft[data]('x', shape);
    return draft.done(draft.g.op(op, [x, draft.g.ints(axes)], { keepdims: int(random, 0, 1) }));
  },
});

const alongAxis = (op: string): GradientCase => ({
  name: op,
  operators: [op],
  build(random) {
    const draft = new Draft(random);
    const shape = drawShape(random, int(random, 1, 3), 2, 4);
    return draft.done(
      draft.g.op(op, [draft.uniform('x', shape)], { axis: int(random, -shape.length, shape.length - 1) }),
    );
  },
});

/** Cases of reductions. */
export const REDUCTION_CASES: readonly GradientCase[] = [
  reduction('ReduceSum', 'integers'),
  reduction('ReduceSumSquare', 'integers'),
  reduction('ReduceMean', 'uniform'),
  reduction('ReduceLogSumExp', 'uniform'),
  reduction('ReduceL1', 'awayFromZero'),
  reduction('ReduceL2', 'awayFromZero'),
  reduction('ReduceMax', 'distinct'),
  reduction('ReduceMin', 'distinct'),
  reduction('ReduceProd', 'integers'),
  alongAxis('Softmax'),
  alongAxis('LogSoftmax'),
  {
    name: 'CumSum',
    operators: ['CumSum'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const shape = drawShape(random, int(random, 1, 3), 2, 4);
      const axis = draft.g.scalar(int(random, -shape.length, shape.length - 1), 'int64');
      const direction = { exclusive: int(random, 0, 1), reverse: int(random, 0, 1) };
      return draft.done(draft.g.op('CumSum', [draft.integers('x', shape), axis], direction));
    },
  },
];
