// Gathering and scattering, with repeated and negative indices.
import type { GradientCase } from '../case.ts';
import { Draft, int, pick, shapeOf, shuffled } from '../case.ts';

/** Cases of indexing. */
export const INDEXING_CASES: readonly GradientCase[] = [
  {
    name: 'Gather',
    operators: ['Gather'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const shape = shapeOf(random, 3, 2, 4);
      const axis = int(random, -3, 2);
      const n = shape.at(axis)!;
      const indices = draft.indices('i', shapeOf(random, int(random, 0, 2), 1, 3), () => int(random, -n, n - 1));
      return draft.done(draft.g.op('Gather', [draft.integers('x', shape), indices], { axis }));
    },
  },
  {
    name: 'GatherElements',
    operators: ['GatherElements'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const shape = shapeOf(random, 3, 2, 4);
      const axis = int(random, 0, 2);
      const picked = shape.map((n, i) => (i === axis ? int(random, 1, 5) : int(random, 1, n)));
      const indices = draft.indices('i', picked, () => int(random, -shape[axis]!, shape[axis]! - 1));
      return draft.done(draft.g.op('GatherElements', [draft.integers('x', shape), indices], { axis }));
    },
  },
  {
    name: 'GatherND',
    operators: ['GatherND'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const shape = shapeOf(random, 3, 2, 4);
      const depth = int(random, 1, 3);
      const indices = draft.indices('i', [int(random, 1, 4), 2, depth], (i) => int(random, 0, shape[i % depth]! - 1));
      return draft.done(draft.g.op('GatherND', [draft.integers('x', shape), indices]));
    },
  },
  {
    name: 'ScatterElements',
    operators: ['ScatterElements'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const reduction = pick(random, ['none', 'add']);
      const [rows, columns] = [int(random, 2, 3), int(random, 2, 4)];
      // Without a reduction an index may occur once only.
      const order = Array.from({ length: rows }, () => shuffled(random, [...Array(columns).keys()]));
      const count = int(random, 1, columns);
      const indices = draft.indices('i', [rows, count], (i) =>
        reduction === 'add' ? int(random, 0, columns - 1) : order[Math.floor(i / count)]![i % count]!,
      );
      const [data, updates] = [draft.integers('data', [rows, columns]), draft.integers('updates', [rows, count])];
      return draft.done(draft.g.op('ScatterElements', [data, indices, updates], { axis: 1, reduction }));
    },
  },
  {
    name: 'ScatterND',
    operators: ['ScatterND'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const reduction = pick(random, ['none', 'add']);
      const [n, m, inner] = shapeOf(random, 3, 2, 4) as [number, number, number];
      const places = shuffled(random, [...Array(n * m).keys()]).slice(0, int(random, 1, n));
      const indices = draft.indices('i', [places.length, 2], (i) => {
        const at = reduction === 'add' ? int(random, 0, n * m - 1) : places[Math.floor(i / 2)]!;
        return i % 2 === 0 ? Math.floor(at / m) : at % m;
      });
      const [data, updates] = [
        draft.integers('data', [n, m, inner]),
        draft.integers('updates', [places.length, inner]),
      ];
      return draft.done(draft.g.op('ScatterND', [data, indices, updates], { reduction }));
    },
  },
];
