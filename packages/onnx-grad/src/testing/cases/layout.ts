// Operators that move, copy or drop elements. All are linear, so that differences are exact.
import type { Value } from '../../graph/graph.ts';
import type { GradientCase } from '../case.ts';
import { broadcastable, Draft, drawShape, int, pick, shuffled } from '../case.ts';

// A case of one or more operators, over inputs of small integers.
const linear = (operators: readonly string[], build: (draft: Draft) => readonly Value[]): GradientCase => ({
  name: operators.join(', '),
  operators,
  exact: true,
  build(random) {
    const draft = new Draft(random);
    return draft.done(...build(draft));
  },
});

/** Cases of layout. */
export const LAYOUT_CASES: readonly GradientCase[] = [
  linear(['Reshape', 'Flatten'], (draft) => {
    const [a, b, c] = drawShape(draft.random, 3) as [number, number, number];
    const x = draft.integers('x', [a, b, c]);
    const flat = draft.g.op('Flatten', [x], { axis: int(draft.random, 0, 3) });
    return [draft.g.op('Reshape', [x, draft.g.ints([0, -1])]), draft.g.scale(flat, 2)];
  }),
  linear(['Squeeze', 'Unsqueeze'], (draft) => {
    const x = draft.integers('x', drawShape(draft.random, 2, 2, 3));
    const more = draft.g.op('Unsqueeze', [x, draft.g.ints([1, -1])]);
    const less = draft.g.op('Squeeze', [more, ...(draft.random() < 0.5 ? [draft.g.ints([1])] : [])]);
    return [draft.g.scale(less, 3), more];
  }),
  linear(['Transpose'], (draft) => {
    const shape = drawShape(draft.random, int(draft.random, 2, 4));
    const perm = shuffled(
      draft.random,
      shape.map((_, i) => i),
    );
    return [draft.g.op('Transpose', [draft.integers('x', shape)], draft.random() < 0.8 ? { perm } : {})];
  }),
  linear(['Expand'], (draft) => {
    const shape = drawShape(draft.random, 3);
    return [draft.g.expand(draft.integers('x', broadcastable(draft.random, shape)), shape)];
  }),
  linear(['Tile'], (draft) => {
    const shape = drawShape(draft.random, 3, 1, 3);
    return [draft.g.op('Tile', [draft.integers('x', shape), draft.g.ints(drawShape(draft.random, 3, 1, 3))])];
  }),
  linear(['Concat'], (draft) => {
    const shape = drawShape(draft.random, 3, 1, 3);
    const axis = int(draft.random, 0, 2);
    const parts = [0, 1].map((k) =>
      draft.integers(
        `x${k}`,
        shape.map((n, i) => (i === axis ? int(draft.random, 1, 3) : n)),
      ),
    );
    return [draft.g.op('Concat', [...parts, parts[0]!], { axis: draft.random() < 0.5 ? axis : axis - 3 })];
  }),
  linear(['Split'], (draft) => {
    const shape = drawShape(draft.random, 3, 3, 5);
    const axis = int(draft.random, -3, 2);
    const n = shape.at(axis)!;
    const x = draft.integers('x', shape);
    const given = draft.random() < 0.5;
    const parts = given
      ? draft.g.ops('Split', [x, draft.g.ints([1, n - 2, 1])], { axis }, 3)
      : draft.g.ops('Split', [x], { axis, num_outputs: 2 }, 2);
    // Now and then not all parts are used.
    return draft.random() < 0.5 ? parts : parts.slice(1, 2);
  }),
  linear(['Slice'], (draft) => {
    const shape = drawShape(draft.random, 3, 2, 7);
    const axes = shuffled(draft.random, [0, 1, 2]).slice(0, int(draft.random, 1, 3));
    const steps = axes.map(() => pick(draft.random, [1, 2, 3, -1, -2]));
    const ends = steps.map((step, i) => {
      const n = shape[axes[i]!]!;
      return step > 0 ? pick(draft.random, [n, 2 ** 31, n - 1, -1]) : pick(draft.random, [-(2 ** 31), -n - 1, 0]);
    });
    const starts = steps.map((step) => (step > 0 ? int(draft.random, 0, 1) : -1));
    const ints = [starts, ends, axes, steps].map((list) => draft.g.ints(list));
    return [draft.g.op('Slice', [draft.integers('x', shape), ...ints])];
  }),
  linear(['Pad'], (draft) => {
    const shape = drawShape(draft.random, 3, 3, 4);
    const pads = Array.from({ length: 6 }, () => int(draft.random, -1, 2));
    return [draft.g.op('Pad', [draft.integers('x', shape), draft.g.ints(pads), draft.integers('value', [])])];
  }),
  {
    ...linear(['Pad'], (draft) => {
      const shape = drawShape(draft.random, 3, 3, 4);
      const pads = Array.from({ length: 6 }, () => int(draft.random, 0, 2));
      const mode = pick(draft.random, ['reflect', 'edge', 'wrap']);
      return [draft.g.op('Pad', [draft.integers('x', shape), draft.g.ints(pads)], { mode })];
    }),
    name: 'Pad by copies',
  },
  linear(['DepthToSpace', 'SpaceToDepth'], (draft) => {
    const b = int(draft.random, 1, 3);
    const [n, c, h, w] = drawShape(draft.random, 4, 1, 2) as [number, number, number, number];
    const deep = draft.integers('deep', [n, c * b * b, h, w]);
    const wide = draft.integers('wide', [n, c, h * b, w * b]);
    return [
      draft.g.op('DepthToSpace', [deep], { blocksize: b, mode: pick(draft.random, ['DCR', 'CRD']) }),
      draft.g.op('SpaceToDepth', [wide], { blocksize: b }),
    ];
  }),
  linear(['Trilu'], (draft) => {
    const shape = drawShape(draft.random, int(draft.random, 2, 3));
    const diagonal = draft.random() < 0.7 ? [draft.g.scalar(int(draft.random, -2, 2), 'int64')] : [];
    return [draft.g.op('Trilu', [draft.integers('x', shape), ...diagonal], { upper: int(draft.random, 0, 1) })];
  }),
];
