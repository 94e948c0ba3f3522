import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { testImage, testPixels } from '../../../../tests/support/photos.ts';
import { addDelta, quantise, toImage01, toPixels8 } from './convert.ts';
import { comparePicture } from './node/compare.ts';
import { loadMask } from './node/load-mask.ts';
import type { Pixels8 } from './types.ts';

const picture = (width: number, height: number, seed = 1): Pixels8 => ({
  width,
  height,
  channels: 3,
  data: testPixels(width, height, 3, seed),
});

describe('bytes and floats', () => {
  it('round trip exactly, and lie planar', () => {
    const all: Pixels8 = {
      width: 16,
      height: 16,
      channels: 3,
      data: Uint8Array.from({ length: 768 }, (_, i) => i % 256),
    };
    expect(toPixels8(toImage01(all))).toEqual(all);
    expect(toImage01(all).data[256]).toBeCloseTo(1 / 255, 7); // green of the first pixel
  });

  it('quantise stays within the bound and in range, whatever the floats', () => {
    const floats = fc.array(fc.float({ min: -1, max: 2, noNaN: true }), { minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(floats, fc.float({ min: 0, max: 40, noNaN: true }), (values, eps255) => {
        const original = picture(4, 4);
        const result = quantise(
          { width: 4, height: 4, channels: 3, data: Float32Array.from(values) },
          original,
          eps255,
        );
        for (let i = 0; i < 48; i++) {
          expect(Math.abs(result.data[i]! - original.data[i]!)).toBeLessThanOrEqual(eps255 + 1e-6);
        }
      }),
    );
  });

  it('quantise rounds to the nearest level where the bound allows it', () => {
    const original: Pixels8 = { width: 1, height: 1, channels: 3, data: Uint8Array.of(100, 100, 100) };
    const image = {
      width: 1,
      height: 1,
      channels: 3 as const,
      data: Float32Array.of(103.4 / 255, 103.6 / 255, 200 / 255),
    };
    expect([...quantise(image, original, (16 / 255) * 255).data]).toEqual([103, 104, 116]);
    expect(() => quantise(image, picture(2, 2), 16)).toThrow(/1x1 and 2x2/);
    expect(() => quantise(image, original, Number.NaN)).toThrow(/0 or more.*got NaN/);
  });
});

describe('loadMask', () => {
  const file = (data: Uint8Array, width: number, height: number): Promise<Uint8Array> =>
    sharp(data, { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();

  it('is 1 from one half of white on', async () => {
    const mask = await loadMask(await file(Uint8Array.of(0, 127, 128, 255), 2, 2), { width: 2, height: 2 });
    expect([...mask.data]).toEqual([0, 0, 1, 1]);
  });

  it('is brought to the size of a photo of the same shape, pixel by pixel', async () => {
    const mask = await loadMask(await file(Uint8Array.of(0, 255), 2, 1), { width: 4, height: 2 });
    expect([...mask.data]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
  });

  it('refuses another shape, another size when exactness is asked, and what is no picture', async () => {
    const png = await file(new Uint8Array(100), 10, 10);
    await expect(loadMask(png, { width: 40, height: 30 })).rejects.toThrow(/mask of 10x10 for a photo of 40x30/);
    await expect(loadMask(png, { width: 20, height: 20 }, { resize: 'exact' })).rejects.toMatchObject({
      code: 'input',
    });
    await expect(loadMask(Buffer.from('white'), { width: 20, height: 20 })).rejects.toMatchObject({ code: 'image' });
  });
});

describe('comparePicture', () => {
  it('shows three or five panels with names, the difference around grey', async () => {
    const before = picture(200, 160);
    const after: Pixels8 = { ...before, data: before.data.map((v) => v + 5) };
    const three = await sharp(await comparePicture(before, after))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([three.info.width, three.info.channels]).toEqual([16 + 3 * 216, 3]);
    const pixel = (x: number, y: number): number[] => [
      ...three.data.subarray((y * three.info.width + x) * 3, (y * three.info.width + x) * 3 + 3),
    ];
    expect(pixel(16 + 2 * 216 + 100, 130)).toEqual([178, 178, 178]); // 128 + 10 * 5
    expect(three.data.subarray(0, 3 * 30 * three.info.width).some((v) => v < 100)).toBe(true); // there is lettering
    const seen = toImage01(picture(64, 48));
    const five = await sharp(
      await comparePicture(before, after, {
        seen: [
          ['original, decoded', seen],
          ['immunized, decoded', seen],
        ],
        maxSide: 100,
      }),
    ).metadata();
    expect(five.width).toBe(16 + 5 * 166);
  });

  it('carries the profile of the photos', async () => {
    const icc = (await sharp(await testImage().withIccProfile('p3').png().toBuffer()).metadata()).icc!;
    const sheet = await comparePicture(picture(20, 20), picture(20, 20), { icc });
    expect(Buffer.compare((await sharp(sheet).metadata()).icc!, icc)).toBe(0);
  });
});

describe('addDelta', () => {
  it('dithers: fractions of a level become whole ones here and there, and no change stays none', () => {
    const [width, height] = [40, 30];
    const photo = { width, height, channels: 3, data: new Uint8Array(3 * width * height).fill(100) } as const;
    const mean = ({ data }: { data: Uint8Array }): number =>
      data.reduce((sum, byte) => sum + byte - 100, 0) / data.length;
    for (const levels of [0.3, 1.5, -0.7]) {
      const made = addDelta(photo, new Float32Array(3 * width * height).fill(levels / 255), { dither: true });
      expect(mean(made)).toBeCloseTo(levels, 1);
    }
    expect(addDelta(photo, new Float32Array(3 * width * height), { dither: true })).toEqual(photo);
  });

  it('is quantise of photo plus perturbation, to the last byte', () => {
    const photo = picture(16, 12);
    const { data, ...size } = toImage01(photo);
    const delta = data.map((_, i) => 0.2 * Math.sin(i));
    const moved = { ...size, data: data.map((x, i) => x + delta[i]!) };
    for (const eps255 of [16, 16.5, 255])
      expect(addDelta(photo, delta, { eps255 })).toEqual(quantise(moved, photo, eps255));
    const half = { ...size, data: data.map((x, i) => x + Math.fround(0.5 * delta[i]!)) };
    expect(addDelta(photo, delta, { factor: 0.5 })).toEqual(quantise(half, photo, 255));
    expect(() => addDelta(photo, delta, { eps255: -1 })).toThrow(/0 or more/);
  });
});
