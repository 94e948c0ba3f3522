import { describe, expect, it } from 'vitest';
import { goldenCases, goldenRoot } from '../../../../tests/support/golden-files.ts';
import { realPhoto } from '../../../../tests/support/real-photo.ts';
import { type Image01, type Mask, readPlanes } from '../image/index.ts';
import { resizedMask, View } from './view.ts';

const photo = await realPhoto(52, 43);
const size = { width: 40, height: 24 };
const hidden: Mask = {
  width: 52,
  height: 43,
  data: Uint8Array.from({ length: 52 * 43 }, (_, i) => (i % 52 < 26 ? 1 : 0)),
};

describe('what an editor sees', () => {
  it('of bytes is what it sees of floats, but for the rounding between passes', () => {
    const view = new View({ photo, size });
    const [exact, smooth] = [view.exact(photo).data, view.see(readPlanes(photo)).data];
    let worst = 0;
    for (const [i, v] of exact.entries()) {
      expect(Math.abs(v * 255 - Math.round(v * 255))).toBeLessThan(1e-4);
      worst = Math.max(worst, Math.abs(v - Math.min(Math.max(smooth[i]!, 0), 1)));
    }
    expect(worst).toBeGreaterThan(0);
    expect(worst * 255).toBeLessThan(3);
  });

  it('is grey where a mask hides the photo, if the model does not know the mask itself', () => {
    const seen = new View({ photo, size, mask: hidden, grey: true }).exact(photo).data;
    for (let i = 0; i < seen.length; i++) if (i % 40 < 19) expect(seen[i]).toBe(0.5);
    expect(new View({ photo, size, mask: hidden }).exact(photo)).toEqual(new View({ photo, size }).exact(photo));
  });

  it.each([
    ['plain', false, false],
    ['with a mask', true, false],
    ['with a mask that is seen grey', true, true],
  ])('has the gradient of central differences, none for what must stay: %s', (_, isMasked, grey) => {
    const view = new View({ photo, size, grey, ...(isMasked && { mask: hidden }) });
    const area = photo.width * photo.height;
    const image: Image01 = { ...photo, data: new Float32Array(3 * area) };
    for (let c = 0; c < 3; c++) readPlanes(photo)(c, image.data.subarray(c * area, (c + 1) * area));
    const loss = (data: Float32Array): number =>
      view.see(readPlanes({ ...image, data })).data.reduce((sum, x) => sum + (x - 0.9) ** 2 / 2, 0);
    const gradient = view.see(readPlanes(image)).data.map((x) => x - 0.9);
    for (const [channel, pixel] of [
      [0, 30],
      [1, 700],
      [2, 45 + 52 * 20],
      [1, 3],
    ] as const) {
      const pulled = view.pull(gradient, channel, new Float32Array(area))[pixel]!;
      const moved = (d: number) => image.data.map((x, k) => (k === channel * area + pixel ? x + d : x));
      const expected = isMasked && pixel % 52 < 26 ? 0 : (loss(moved(0.05)) - loss(moved(-0.05))) / 0.1;
      expect(pulled).toBeCloseTo(expected, 3);
    }
  });

  it('has masks of its own size, repainted where at least half white', () => {
    const { data } = resizedMask(hidden, size);
    expect(data.subarray(0, 40)).toEqual(Uint8Array.from({ length: 40 }, (_, x) => (x < 20 ? 1 : 0)));
    expect(resizedMask(hidden, hidden)).toBe(hidden);
  });

  if (goldenRoot === undefined) it.skip('golden folder absent: set PHOTOGUARD_GOLDEN', () => {});
  for (const golden of goldenCases('image', (name) => name.startsWith('diffusers-preprocess'))) {
    it(`is what diffusers feeds its model: ${golden.name}`, () => {
      const of = (name: string) => golden.tensors.get(name)!;
      const [height, width] = of('input.pixels').shape as [number, number];
      const pixels = { width, height, channels: 3 as const, data: of('input.pixels').data as Uint8Array };
      const [, , outHeight, outWidth] = of('output.image').shape as [number, number, number, number];
      const view = new View({ photo: pixels, size: { width: outWidth, height: outHeight } });
      const seen = view.exact(pixels).data.map((x) => 2 * x - 1);
      for (const [i, x] of seen.entries()) expect(of('output.image').data[i]).toBeCloseTo(x, 5);
      const [maskHeight, maskWidth] = of('input.mask_pixels').shape as [number, number];
      const bytes = of('input.mask_pixels').data as Uint8Array;
      if (!bytes.every((b) => b === 0 || b === 255)) return; // a Mask is black or white; grey ones are in resize-pillow.test
      const mask = { width: maskWidth, height: maskHeight, data: bytes.map((b) => (b === 255 ? 1 : 0)) };
      const [, , h, w] = of('output.mask').shape as [number, number, number, number];
      expect(Float32Array.from(resizedMask(mask, { width: w, height: h }).data)).toEqual(of('output.mask').data);
    });
  }
});
