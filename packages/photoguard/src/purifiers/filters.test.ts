// The filters that are our own, against OpenCV's, torchvision's formula and plain definitions.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { realPhoto } from '../../../../tests/support/real-photo.ts';
import { gaussianMatrix, mirrored, reflected } from '../transforms/index.ts';
import { bilateralFilter } from './bilateral-filter.ts';
import { boxMean, prepareGuide } from './guided-filter.ts';
import { parsePurifier } from './parse.ts';

const opencv = JSON.parse(
  readFileSync(new URL('../../../../tests/fixtures/purifiers/opencv.json', import.meta.url), 'utf8'),
) as { width: number; height: number; crop: number[]; bilateral: number[]; guided: number[]; adverseCleaner: number[] };
const size = { width: opencv.width, height: opencv.height };
const plane = (x: ArrayLike<number>, c: number): Float64Array =>
  Float64Array.from({ length: size.width * size.height }, (_, i) => x[3 * i + c]!);
const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i]!)));

describe("OpenCV's values are met (tests/fixtures/purifiers/opencv.py), in levels of 255", () => {
  it('by the bilateral filter', () => {
    const ours = bilateralFilter(size, { color: 40, space: 3, diameter: 9 })(Float32Array.from(opencv.crop));
    expect(worst(ours, opencv.bilateral)).toBeLessThan(0.01);
    expect(worst(opencv.crop, opencv.bilateral)).toBeGreaterThan(5);
  });

  it('by the guided filter', () => {
    const guide = prepareGuide(
      [0, 1, 2].map((c) => plane(opencv.crop, c)),
      size,
      4,
      16,
    );
    for (const c of [0, 1, 2])
      expect(worst(guide.filter(plane(opencv.bilateral, c)), plane(opencv.guided, c))).toBeLessThan(0.05);
  });

  it('by all of AdverseCleaner, up to the rounding to bytes', async () => {
    const photo = { ...size, channels: 3 as const, data: Uint8Array.from(opencv.crop) };
    const { data } = await parsePurifier('guided').apply(photo, { seed: 0 });
    expect(worst(data, opencv.adverseCleaner)).toBeLessThan(0.55);
    expect(worst(opencv.crop, opencv.adverseCleaner)).toBeGreaterThan(2);
  });
});

describe('beyond its edges', () => {
  it('a picture is mirrored on its last pixel, again and again', () => {
    expect([-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((i) => reflected(i, 3))).toEqual([
      1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2,
    ]);
    expect([-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((i) => mirrored(i, 3))).toEqual([2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]);
    expect([-2, 0, 9].map((i) => reflected(i, 1))).toEqual([0, 0, 0]);
  });

  it.each([1, 2, 3, 7, 30])('a Gaussian on %i pixels has rows that sum to 1 and are what the mirror says', (length) => {
    const [radius, sigma] = [5, 1.7];
    const matrix = gaussianMatrix(length, radius, sigma);
    const density = Array.from({ length: 11 }, (_, k) => Math.exp(-((k - radius) ** 2) / (2 * sigma ** 2)));
    const total = density.reduce((a, b) => a + b);
    for (let i = 0; i < length; i++) {
      const row = new Float64Array(length);
      density.forEach((d, k) => {
        row[reflected(i - radius + k, length)]! += d / total;
      });
      const ours = new Float64Array(length);
      for (let k = 0; k < matrix.counts[i]!; k++) ours[matrix.starts[i]! + k] = matrix.weights[i * matrix.taps + k]!;
      expect(worst(ours, row)).toBeLessThan(1e-12);
    }
  });

  it('running sums give the mean over a mirrored window', () => {
    const [width, height, radius] = [7, 5, 3];
    const values = Float64Array.from({ length: width * height }, (_, i) => (i * 37) % 101);
    const ours = boxMean(values, { width, height }, radius);
    const plain = values.map((_, i) => {
      let sum = 0;
      for (let dy = -radius; dy <= radius; dy++)
        for (let dx = -radius; dx <= radius; dx++)
          sum += values[mirrored(Math.floor(i / width) + dy, height) * width + mirrored((i % width) + dx, width)]!;
      return sum / (2 * radius + 1) ** 2;
    });
    expect(worst(ours, plain)).toBeLessThan(1e-9);
  });
});

describe('the median', () => {
  it.each([
    [3, 40, 33],
    [5, 21, 64],
    [9, 30, 30],
  ])('over %i pixels is that of sharp', async (side, width, height) => {
    const photo = await realPhoto(width, height);
    const ours = await parsePurifier(`median:${side}`).apply(photo, { seed: 0 });
    const raw = { raw: { width, height, channels: 3 as const } };
    const theirs = await sharp(photo.data, raw).median(side).raw().toBuffer();
    expect(Buffer.compare(Buffer.from(ours.data), theirs)).toBe(0);
  });
});
