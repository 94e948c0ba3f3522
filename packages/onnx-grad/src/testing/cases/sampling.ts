// Grids to sample at, and Fourier transforms.
import type { Attributes } from '../../graph/graph.ts';
import type { GradientCase } from '../case.ts';
import { Draft, drawShape, int, pick } from '../case.ts';

/** Cases of sampling and of Fourier transforms. */
export const SAMPLING_CASES: readonly GradientCase[] = [
  {
    name: 'GridSample',
    operators: ['GridSample'],
    float32: true,
    build(random) {
      const draft = new Draft(random);
      const spatial = drawShape(random, random() < 0.3 ? 3 : 2, 2, 4);
      const [n, c] = [int(random, 1, 2), int(random, 1, 2)];
      const attributes = {
        mode: pick(random, spatial.length === 2 ? ['linear', 'cubic'] : ['linear']),
        padding_mode: pick(random, ['zeros', 'border', 'reflection']),
        align_corners: int(random, 0, 1),
      };
      const out = drawShape(random, spatial.length, 1, 3);
      // Between elements, away from the kinks at them and at the edges; a third of the axes is beyond an edge.
      const grid = draft.given('grid', [n, ...out, spatial.length], (i) => {
        const size = spatial[spatial.length - 1 - (i % spatial.length)]!;
        const beyond = random() < 0.3 ? 2 : 0;
        const at = int(random, 0, size - 2) + 0.55 + 0.25 * random() + (random() < 0.5 ? -beyond : beyond);
        return attributes.align_corners ? (2 * at) / (size - 1) - 1 : (2 * at + 1) / size - 1;
      });
      return draft.done(draft.g.op('GridSample', [draft.uniform('x', [n, c, ...spatial]), grid], attributes));
    },
  },
  {
    name: 'GridSample by the nearest',
    operators: ['GridSample'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const x = draft.integers('x', [1, 2, ...drawShape(random, 2, 2, 4)]);
      const data = Float32Array.from({ length: 12 }, () => 3 * random() - 1.5);
      const grid = draft.g.constant({ dtype: 'float32', shape: [1, 2, 3, 2], data });
      const padding_mode = pick(random, ['zeros', 'border', 'reflection']);
      return draft.done(draft.g.op('GridSample', [x, grid], { mode: 'nearest', padding_mode }));
    },
  },
  {
    name: 'AffineGrid',
    operators: ['AffineGrid'],
    build(random) {
      const draft = new Draft(random);
      const spatial = drawShape(random, int(random, 2, 3), 1, 4);
      const d = spatial.length;
      const theta = draft.uniform('theta', [2, d, d + 1]);
      const size = draft.g.ints([2, 3, ...spatial]);
      return draft.done(draft.g.op('AffineGrid', [theta, size], { align_corners: int(random, 0, 1) }));
    },
  },
  {
    name: 'DFT',
    operators: ['DFT'],
    float32: true,
    build(random) {
      const draft = new Draft(random);
      const shape = [...drawShape(random, 2, 2, 6), int(random, 1, 2)];
      const direction: Attributes = shape[2] === 1 ? { onesided: int(random, 0, 1) } : { inverse: int(random, 0, 1) };
      const length = random() < 0.5 ? draft.g.scalar(int(random, 2, 7), 'int64') : undefined;
      const axis = draft.g.scalar(int(random, 0, 1), 'int64');
      return draft.done(draft.g.op('DFT', [draft.uniform('x', shape), length, axis], direction));
    },
  },
  {
    name: 'STFT',
    operators: ['STFT'],
    float32: true,
    build(random) {
      const draft = new Draft(random);
      const length = int(random, 2, 6);
      const signal = draft.uniform('x', [2, int(random, 8, 12), 1]);
      const step = draft.g.scalar(int(random, 1, 3), 'int64');
      const window = random() < 0.6 ? draft.uniform('window', [length]) : undefined;
      const frame = draft.g.scalar(length, 'int64');
      return draft.done(draft.g.op('STFT', [signal, step, window, frame], { onesided: int(random, 0, 1) }));
    },
  },
];
