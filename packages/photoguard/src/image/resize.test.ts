import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GoldenFile, goldenCases, goldenRoot, relativeError } from '../../../../tests/support/golden-files.ts';
import { applySeparable, resizeImage, resizeImageVjp } from './resize.ts';
import { denseMatrix, type ResizeFilter, type ResizeOptions, resizeMatrix, transposeBand } from './resize-matrix.ts';
import type { Image01 } from './types.ts';

const FILTERS: ResizeFilter[] = ['nearest', 'nearest-exact', 'area', 'box', 'bilinear', 'bicubic', 'lanczos3'];
const options: fc.Arbitrary<ResizeOptions> = fc.oneof(
  fc.constantFrom(...FILTERS).map((filter) => ({ filter })),
  fc.constantFrom<ResizeFilter>('bilinear', 'bicubic').map((filter) => ({ filter, antialias: false })),
);
const side = fc.integer({ min: 1, max: 40 });

describe('resizeMatrix', () => {
  it('has rows that sum to 1, so that a flat picture stays flat', () => {
    fc.assert(
      fc.property(side, side, options, (from, to, how) => {
        const matrix = resizeMatrix(from, to, how);
        for (let i = 0; i < to; i++) {
          let sum = 0;
          for (let k = 0; k < matrix.counts[i]!; k++) sum += matrix.weights[i * matrix.taps + k]!;
          expect(sum).toBeCloseTo(1, 12);
          expect(matrix.starts[i]! + matrix.counts[i]!).toBeLessThanOrEqual(from);
        }
      }),
    );
  });

  it('is the identity at equal size', () => {
    for (const filter of FILTERS) {
      const dense = denseMatrix(resizeMatrix(7, 7, { filter }));
      dense.forEach((value, i) => {
        expect(value).toBeCloseTo(i % 8 === 0 ? 1 : 0, 12);
      });
    }
  });

  it('transposes to the transposed dense matrix', () => {
    fc.assert(
      fc.property(side, side, options, (from, to, how) => {
        const dense = denseMatrix(resizeMatrix(from, to, how));
        const turned = denseMatrix(transposeBand(resizeMatrix(from, to, how)));
        for (let i = 0; i < to; i++)
          for (let j = 0; j < from; j++) expect(turned[j * to + i]! - dense[i * from + j]!).toBeCloseTo(0, 12);
      }),
    );
  });

  it('refuses sizes below 1 and box or lanczos3 without antialias', () => {
    expect(() => resizeMatrix(0, 4, { filter: 'bilinear' })).toThrow(/whole number of pixels.*got 0/);
    expect(() => resizeMatrix(4, 2.5, { filter: 'bilinear' })).toThrow(/got 2.5/);
    expect(() => resizeMatrix(4, 2, { filter: 'lanczos3', antialias: false })).toThrow(/no form without antialias/);
  });
});

describe('resizeImageVjp', () => {
  it('is the transpose: <G, resize(X)> = <vjp(G), X>', () => {
    fc.assert(
      fc.property(side, side, side, side, options, fc.integer(), (w, h, v, g, how, seed) => {
        const x = noise(w, h, seed);
        const cotangent = noise(v, g, seed + 1);
        const left = dot(cotangent.data, resizeImage(x, { width: v, height: g }, how).data);
        const right = dot(resizeImageVjp(cotangent, { width: w, height: h }, how).data, x.data);
        expect(Math.abs(left - right)).toBeLessThan(1e-4 * (1 + Math.abs(left)));
      }),
    );
  });
});

describe('against PyTorch (golden image/resize-*, ops/resize-*)', () => {
  const usable = (c: GoldenFile): boolean =>
    typeof c.json.config.mode === 'string' && c.json.config.align_corners !== true;
  const cases = [
    ...goldenCases('image', (name) => name.startsWith('resize-')),
    ...goldenCases('ops', (name) => name.startsWith('resize-')),
  ].filter(usable);
  if (goldenRoot === undefined) it.skip('golden folder absent: set PHOTOGUARD_GOLDEN', () => {});
  else it('finds cases', () => expect(cases.length).toBeGreaterThan(0));

  for (const golden of cases) {
    it(`${golden.name}: output and gradient`, () => {
      const x = golden.tensors.get('input.x')!;
      const cotangent = golden.tensors.get('input.cotangent')!;
      const [, channels, height, width] = x.shape as [number, number, number, number];
      const [, , outHeight, outWidth] = cotangent.shape as [number, number, number, number];
      const filter = golden.json.config.mode as ResizeFilter;
      const how = { filter, antialias: golden.json.config.antialias === true };
      const along = resizeMatrix(width, outWidth, how);
      const down = resizeMatrix(height, outHeight, how);
      const y = applySeparable(x.data as Float32Array, { width, height }, channels, along, down);
      const gradient = applySeparable(
        cotangent.data as Float32Array,
        { width: outWidth, height: outHeight },
        channels,
        transposeBand(along),
        transposeBand(down),
      );
      const tolerance = (name: string): number => golden.json.tensors[name]!.tolerance!.relative_l2;
      expect(relativeError(y, golden.tensors.get('output.y')!.data)).toBeLessThan(tolerance('output.y'));
      expect(relativeError(gradient, golden.tensors.get('grad.x')!.data)).toBeLessThan(tolerance('grad.x'));
    });
  }
});

function noise(width: number, height: number, seed: number): Image01 {
  const data = new Float32Array(3 * width * height);
  let state = seed | 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = (state >>> 8) / 2 ** 24;
  }
  return { width, height, channels: 3, data };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
