// Gathering and scattering, with repeated and negative indices.
import type { GradientCase } from '../case.ts';
import { Draft, drawShape, int, pick, shuffled } from '../case.ts';

/** Cases of indexing. */
export const INDEXING_CASES: readonly GradientCase[] = [
  {
    name: 'Gather',
    operators: ['Gather'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const shape = drawShape(random, 3, 2, 4);
      const axis = int(random, -3, 2);
      const n = shape.at(axis)!;
      const indices = draft.indices('i', drawShape(random, int(random, 0, 2), 1, 3), () => int(random, -n, n - 1));
      return draft.done(draft.g.op('Gather', [draft.integers('x', shape), indices], { axis }));
    },
  },
  {
    name: 'GatherElements',
    operators: ['GatherElements'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const shape = drawShape(random, 3, 2, 4);
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
      const shape = drawShape(random, 3, 2, 4);
      const depth = int(random, 1, 3);
      const indices = draft.indices('i', [int(random, 1, 4), 2, depth], (i) => int(random, 0, shape[i % depth]! - 1));
      return draft.done(draft.g.op('GatherND', [draft.integers('x', shape), indices]));
    },
  },
  {
    name: 'GatherND in batches',
    operators: ['GatherND'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const shape = drawShape(random, 4, 2, 3);
      const batch_dims = int(random, 1, 2);
      const depth = int(random, 1, 4 - batch_dims);
      const lead = shape.slice(0, batch_dims);
      const indices = draft.indices('i', [...lead, 2, depth], (i) =>
        int(random, 0, shape[batch_dims + (i % depth)]! - 1),
      );
      return draft.done(draft.g.op('GatherND', [draft.integers('x', shape), indices], { batch_dims }));
    },
  },
  {
    name: 'scattering that multiplies or takes extremes',
    operators: ['ScatterElements', 'ScatterND'],
    build(random) {
      const draft = new Draft(random);
      const reduction = pick(random, ['mul', 'max', 'min']);
      const draw = (name: string, shape: number[]) =>
        reduction === 'mul' ? draft.awayFromZero(name, shape) : draft.distinct(name, shape, 0.25);
      const data = draw('data', [3, 4]);
      // Extremes of one draw each: no two of data and updates are equal.
      const updates = draft.g.shift(draw('updates', [3, 2]), 0.1);
      const columns = draft.indices('columns', [3, 2], () => int(random, 0, 3));
      const rows = draft.indices('rows', [2, 1], () => int(random, 0, 2));
      const whole = draft.g.shift(draw('whole', [2, 4]), -0.06);
      return draft.done(
        draft.g.op('ScatterElements', [data, columns, updates], { axis: 1, reduction }),
        draft.g.op('ScatterND', [data, rows, whole], { reduction }),
      );
    },
  },
  {
    name: 'TopK',
    operators: ['TopK'],
    build(random) {
      const draft = new Draft(random);
      const shape = drawShape(random, int(random, 1, 3), 2, 5);
      const axis = int(random, -shape.length, shape.length - 1);
      const k = draft.g.ints([int(random, 1, shape.at(axis)!)]);
      const x = draft.distinct('x', shape);
      return draft.done(draft.g.ops('TopK', [x, k], { axis, largest: int(random, 0, 1) }, 2)[0]!);
    },
  },
  {
    name: 'OneHot',
    operators: ['OneHot'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const shape = drawShape(random, int(random, 1, 2), 1, 4);
      const indices = draft.indices('i', shape, () => int(random, -5, 4));
      const depth = draft.g.scalar(int(random, 2, 5), 'int64');
      const axis = int(random, -1, shape.length);
      return draft.done(draft.g.op('OneHot', [indices, depth, draft.integers('values', [2])], { axis }));
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
      const [n, m, inner] = drawShape(random, 3, 2, 4) as [number, number, number];
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
