import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { goldenCases, goldenRoot } from '../../../../tests/support/golden-files.ts';
import { type PillowFilter, pillowResize } from './resize-pillow.ts';

const NAMES: Record<string, PillowFilter> = {
  nearest: 'nearest',
  box: 'box',
  bilinear: 'bilinear',
  bicubic: 'bicubic',
  lanczos: 'lanczos3',
};

describe('pillowResize', () => {
  it('keeps a picture of the same size as it is, in a copy', () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const same = pillowResize(data, { width: 2, height: 2 }, 1, { width: 2, height: 2 }, 'lanczos3');
    expect(same).toEqual(data);
    expect(same).not.toBe(data);
  });

  // Of Pillow 13.0.0: the first 16 digits of SHA-256 of PIL.Image.resize. All but the second begin with the columns.
  it.each([
    [58, 53, 56, 48, 'lanczos3', '29f9bca02cb4e265'],
    [99, 58, 96, 56, 'lanczos3', '32527d6666937bed'],
    [40, 50, 64, 24, 'bicubic', 'd349fa556cbca8c3'],
    [30, 40, 20, 19, 'bilinear', '631e1ab66050f435'],
  ] as const)('takes its passes in the order of Pillow 13: %ix%i to %ix%i, %s', (width, height, w, h, filter, hash) => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 7 + i * 13) >> 3);
    const resized = pillowResize(data, { width, height }, 3, { width: w, height: h }, filter);
    expect(createHash('sha256').update(resized).digest('hex').slice(0, 16)).toBe(hash);
  });

  it('treats the three channels of a photo as it treats one', () => {
    const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * i * 7 + i * 13) >> 3);
    const [from, to] = [
      { width: 40, height: 30 },
      { width: 17, height: 47 },
    ];
    const photo = pillowResize(data, from, 3, to, 'lanczos3');
    for (const c of [0, 1, 2]) {
      const one = pillowResize(
        data.filter((_, i) => i % 3 === c),
        from,
        1,
        to,
        'lanczos3',
      );
      expect(photo.filter((_, i) => i % 3 === c)).toEqual(one);
    }
  });

  if (goldenRoot === undefined) it.skip('golden folder absent: set PHOTOGUARD_GOLDEN', () => {});
  for (const golden of goldenCases('image', (name) => name === 'resize-pillow')) {
    const input = golden.tensors.get('input.pixels')!;
    const [height, width] = input.shape as [number, number, number];
    for (const [name, output] of golden.tensors) {
      const filter = NAMES[/^output\.(\w+)_/.exec(name)?.[1] ?? ''];
      if (filter === undefined) continue;
      it(`equals Pillow to the last bit: ${name}`, () => {
        const [outHeight, outWidth] = output.shape as [number, number, number];
        const size = { width: outWidth, height: outHeight };
        const ours = pillowResize(input.data as Uint8Array, { width, height }, 3, size, filter);
        expect(Buffer.compare(ours, output.data as Uint8Array)).toBe(0);
      });
    }
  }

  for (const golden of goldenCases('image', (name) => name.startsWith('diffusers-preprocess'))) {
    it(`equals what diffusers feeds its model: ${golden.name}`, () => {
      const input = golden.tensors.get('input.pixels')!;
      const output = golden.tensors.get('output.image')!;
      const [height, width] = input.shape as [number, number, number];
      const [, , outHeight, outWidth] = output.shape as [number, number, number, number];
      const size = { width: outWidth, height: outHeight };
      const bytes = pillowResize(input.data as Uint8Array, { width, height }, 3, size, 'lanczos3');
      const area = outWidth * outHeight;
      bytes.forEach((byte, i) => {
        expect(output.data[(i % 3) * area + Math.floor(i / 3)]).toBeCloseTo((2 * byte) / 255 - 1, 5);
      });

      const mask = golden.tensors.get('input.mask_pixels')!;
      const latent = golden.tensors.get('output.mask')!;
      const [maskHeight, maskWidth] = mask.shape as [number, number];
      const maskSize = { width: latent.shape[3]!, height: latent.shape[2]! };
      const grey = pillowResize(
        mask.data as Uint8Array,
        { width: maskWidth, height: maskHeight },
        1,
        maskSize,
        'lanczos3',
      );
      expect(Float32Array.from(grey, (v) => (v >= 127.5 ? 1 : 0))).toEqual(latent.data);
    });
  }
});
