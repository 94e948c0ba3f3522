import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { goldenCases, goldenRoot } from '../../../../tests/support/golden-files.ts';
import { l2, linf255, psnr, type Rgb8, ssim } from './index.ts';

const flat = (value: number, width = 16, height = 12): Rgb8 => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(value),
});

describe('psnr, linf255, l2', () => {
  it('of equal pictures are Infinity, 0 and 0', () => {
    expect([psnr(flat(7), flat(7)), linf255(flat(7), flat(7)), l2(flat(7), flat(7))]).toEqual([Infinity, 0, 0]);
  });

  it('of a picture one level brighter follow from their definitions', () => {
    expect(psnr(flat(7), flat(8))).toBeCloseTo(20 * Math.log10(255), 12);
    expect(linf255(flat(8), flat(7))).toBe(1);
    expect(l2(flat(7), flat(8))).toBeCloseTo(Math.sqrt(3 * 16 * 12) / 255, 12);
  });

  it('refuse pictures of different size, or with bytes missing', () => {
    expect(() => psnr(flat(1), flat(1, 12, 16))).toThrow(/same size.*16x12 and 12x16/);
    expect(() => ssim({ ...flat(1), data: new Uint8Array(5) }, flat(1))).toThrow(/576 bytes.*got 5/);
  });
});

describe('ssim', () => {
  it('is 1 for equal pictures and NaN below the window', () => {
    expect(ssim(flat(90), flat(90))).toBeCloseTo(1, 14);
    expect(ssim(flat(90, 10, 40), flat(90, 10, 40))).toBeNaN();
  });

  it('is symmetric and falls with the difference', () => {
    const a = textured(0);
    expect(ssim(a, textured(9))).toBeCloseTo(ssim(textured(9), a), 14);
    expect(ssim(a, textured(9))).toBeGreaterThan(ssim(a, textured(40)));
  });
});

describe('against scikit-image (golden metrics/pair-*)', () => {
  if (goldenRoot === undefined) it.skip('golden folder absent: set PHOTOGUARD_GOLDEN', () => {});
  for (const golden of goldenCases('metrics', (name) => name.startsWith('pair-'))) {
    it(golden.name, async () => {
      const read = async (which: string): Promise<Rgb8> => {
        const file = join(golden.folder, golden.json.files![which]!);
        const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
        return { width: info.width, height: info.height, data };
      };
      const [reference, distorted] = [await read('reference'), await read('distorted')];
      const expected = (name: string): number => golden.json.values![`output.${name}`]!;
      expect(Math.abs(psnr(reference, distorted) / expected('psnr') - 1)).toBeLessThan(1e-10);
      expect(Math.abs(ssim(reference, distorted) / expected('ssim') - 1)).toBeLessThan(1e-9);
      expect(linf255(reference, distorted)).toBeCloseTo(expected('linf_255'), 9);
      expect(Math.abs(l2(reference, distorted) / expected('l2') - 1)).toBeLessThan(1e-10);
    });
  }
});

function textured(strength: number): Rgb8 {
  const picture = flat(0, 40, 30);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = 60 + ((i * 37) % 101) + (i % 7 < 3 ? strength : 0);
  return picture;
}
