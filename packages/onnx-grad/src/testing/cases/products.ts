// Convolutions and matrix products: linear in each operand, over small integers, so that differences are exact.
import type { GradientCase, Random } from '../case.ts';
import { broadcastable, Draft, drawShape, int, pick } from '../case.ts';

interface Side {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly extra: number;
}

const sides = (random: Random): Side[] =>
  Array.from({ length: int(random, 1, 2) }, () => {
    const [stride, dilation] = [int(random, 1, 3), int(random, 1, 2)];
    return {
      size: int(random, 5, 8),
      kernel: int(random, 1, 3),
      stride,
      dilation,
      before: int(random, 0, 2),
      after: int(random, 0, 2),
      extra: int(random, 0, stride - 1),
    };
  });

const geometry = (all: readonly Side[], group: number) => ({
  kernel_shape: all.map((s) => s.kernel),
  strides: all.map((s) => s.stride),
  dilations: all.map((s) => s.dilation),
  pads: [...all.map((s) => s.before), ...all.map((s) => s.after)],
  group,
});

/** Cases of convolutions and matrix products. */
export const PRODUCT_CASES: readonly GradientCase[] = [
  {
    name: 'Conv',
    operators: ['Conv'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const all = sides(random);
      const [groups, inputs, outputs] = drawShape(random, 3, 1, 2) as [number, number, number];
      const x = draft.integers('x', [2, groups * inputs, ...all.map((s) => s.size)]);
      const w = draft.integers('w', [groups * outputs, inputs, ...all.map((s) => s.kernel)]);
      const b = random() < 0.5 ? [draft.integers('b', [groups * outputs])] : [];
      return draft.done(draft.g.op('Conv', [x, w, ...b], geometry(all, groups)));
    },
  },
  {
    name: 'ConvTranspose',
    operators: ['ConvTranspose'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const all = sides(random);
      const [groups, inputs, outputs] = drawShape(random, 3, 1, 2) as [number, number, number];
      const x = draft.integers('x', [2, groups * inputs, ...all.map((s) => s.size)]);
      const w = draft.integers('w', [groups * inputs, outputs, ...all.map((s) => s.kernel)]);
      const b = random() < 0.5 ? [draft.integers('b', [groups * outputs])] : [];
      const attributes = { ...geometry(all, groups), output_padding: all.map((s) => s.extra) };
      return draft.done(draft.g.op('ConvTranspose', [x, w, ...b], attributes));
    },
  },
  {
    name: 'convolutions with auto_pad',
    operators: ['Conv', 'ConvTranspose'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const stride = int(random, 1, 2);
      const attributes = {
        auto_pad: pick(random, ['SAME_UPPER', 'SAME_LOWER', 'VALID']),
        kernel_shape: [int(random, stride, 3), int(random, stride, 3)],
        strides: [stride, stride],
      };
      const x = draft.integers('x', [1, 2, ...drawShape(random, 2, 4, 6)]);
      const w = draft.integers('w', [2, 2, ...attributes.kernel_shape]);
      return draft.done(draft.g.op('Conv', [x, w], attributes), draft.g.op('ConvTranspose', [x, w], attributes));
    },
  },
  {
    name: 'MatMul',
    operators: ['MatMul'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const [m, k, n] = drawShape(random, 3) as [number, number, number];
      const batch = drawShape(random, int(random, 0, 2), 1, 3);
      const a = random() < 0.2 ? [k] : [...batch, m, k];
      const b = random() < 0.2 ? [k] : [...broadcastable(random, batch), k, n];
      return draft.done(draft.g.op('MatMul', [draft.integers('a', a), draft.integers('b', b)]));
    },
  },
  {
    name: 'Gemm',
    operators: ['Gemm'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const [m, k, n] = drawShape(random, 3) as [number, number, number];
      const [transA, transB] = [int(random, 0, 1), int(random, 0, 1)];
      const a = draft.integers('a', transA ? [k, m] : [m, k]);
      const b = draft.integers('b', transB ? [n, k] : [k, n]);
      const c = random() < 0.7 ? [draft.integers('c', broadcastable(random, [m, n]))] : [];
      return draft.done(draft.g.op('Gemm', [a, b, ...c], { alpha: 2, beta: 3, transA, transB }));
    },
  },
  {
    name: 'Einsum',
    operators: ['Einsum'],
    exact: true,
    build(random) {
      const draft = new Draft(random);
      const equation = pick(random, [
        'bij,bjk->bik',
        'bhid,bhjd->bhij',
        'bij->ji',
        'ij,kj->ik',
        'i,j->ji',
        'ij,ij->',
        'abc,cd',
        'ij,jk,kl->il',
        '...ij,...kj->...ik',
        'ab,bc->c',
        'ii->i',
        'bii->b',
        'iji,jk->k',
        'aab,bcc->ac',
        'iii',
        '...ii->...i',
      ]);
      const sizes = new Map([...'abcdhijkl'].map((label) => [label, int(random, 1, 3)]));
      const [p, q] = drawShape(random, 2, 1, 3) as [number, number];
      const terms = equation.split('->')[0]!.split(',');
      const operands = terms.map((term, k) =>
        draft.integers(`x${k}`, [
          ...(term.startsWith('...') ? [p, q] : []),
          ...[...term.replace('...', '')].map((label) => sizes.get(label)!),
        ]),
      );
      return draft.done(draft.g.op('Einsum', operands, { equation }));
    },
  },
];
