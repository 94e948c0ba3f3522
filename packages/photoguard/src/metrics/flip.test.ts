import { describe, expect, it } from 'vitest';
import { flip, flipAgainst, flipMap, flipOfPair, flipOfPhoto, type Rgb8 } from './index.ts';

const flat = (colour: readonly [number, number, number], width = 40, height = 30): Rgb8 => {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) data[i] = colour[i % 3]!;
  return { width, height, data };
};

const withPixel = (picture: Rgb8, x: number, y: number, value: number): Rgb8 => {
  const data = Uint8Array.from(picture.data);
  data.fill(value, 3 * (y * picture.width + x), 3 * (y * picture.width + x) + 3);
  return { ...picture, data };
};

const hunt = (l: number, a: number, b: number): [number, number, number] => [l, (a * l) / 100, (b * l) / 100];

describe('FLIP', () => {
  it('is 1 everywhere between flat green and flat blue, which are furthest apart', () => {
    const { data, mean } = flipMap(flat([0, 255, 0]), flat([0, 0, 255]));
    expect(mean).toBeCloseTo(1, 5);
    expect(Math.min(...data)).toBeCloseTo(1, 5);
  });

  it('of flat pictures is what the definition gives for their colours, at any distance and size', () => {
    // Greys: only lightness differs; below the knee the error is linear in its power.
    const lightness = (byte: number): number => 116 * Math.cbrt(((byte / 255 + 0.055) / 1.055) ** 2.4) - 16;
    // CIELab of green and blue, a and b times a hundredth of the lightness.
    const [green, blue] = [hunt(87.7347, -86.1827, 83.1793), hunt(32.297, 79.1875, -107.8602)];
    const largest = green[0] - blue[0] + Math.hypot(green[1] - blue[1], green[2] - blue[2]);
    const error = (lightness(140) - lightness(128)) ** 0.7;
    const expected = (error * 0.95) / (0.4 * largest ** 0.7);
    for (const [width, height] of [
      [1, 1],
      [40, 30],
      [3, 130],
    ] as const)
      for (const pixelsPerDegree of [5, 67, 200])
        expect(
          flipMap(flat([128, 128, 128], width, height), flat([140, 140, 140], width, height), { pixelsPerDegree }).mean,
        ).toBeCloseTo(expected, 5);
  });

  it('is largest where the difference is, and 0 beyond the reach of the filters', () => {
    const grey = flat([100, 100, 100], 70, 140);
    const { data } = flipMap(grey, withPixel(grey, 30, 70, 255)); // across the border of two strips
    expect(data.indexOf(Math.max(...data))).toBe(70 * 70 + 30);
    for (const [x, y] of [
      [30, 59],
      [30, 81],
      [19, 70],
      [41, 70],
    ] as const)
      expect(data[y * 70 + x]).toBe(0);
    expect(data[69 * 70 + 30]).toBeCloseTo(data[71 * 70 + 30]!, 6);
    expect(data[70 * 70 + 29]).toBeCloseTo(data[69 * 70 + 30]!, 6);
  });

  it('is less of noise from further away', () => {
    const grey = flat([100, 100, 100]);
    const noisy = { ...grey, data: grey.data.map((value, i) => value + ((i * 7919) % 13)) };
    const at = (pixelsPerDegree: number): number => flipMap(grey, noisy, { pixelsPerDegree }).mean;
    expect(at(20)).toBeGreaterThan(at(67));
    expect(at(67)).toBeGreaterThan(at(150));
    expect(flip(grey, noisy)).toBe(flipMap(grey, noisy).mean);
    expect(flipOfPair(grey, noisy)).toBe(flip(grey, noisy));
  });

  it('against one reference is what it is for each pair', () => {
    const reference = withPixel(flat([90, 120, 60], 70, 150), 30, 70, 250); // three strips
    const against = flipAgainst(reference);
    for (const other of [withPixel(reference, 10, 140, 0), flat([80, 120, 60], 70, 150), reference])
      expect(against(other)).toBeCloseTo(flip(reference, other), 12);
    expect(() => against(flat([0, 0, 0], 10, 10))).toThrow('size');
  });

  it('of a large photo is that of a mosaic, close to that of the whole', () => {
    const [width, height] = [1700, 1300];
    const wave = (i: number): number => 128 + 60 * Math.sin(i / 90) * Math.cos(i / (7 * width));
    const photo = { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => wave(i)) };
    const noisy = { ...photo, data: photo.data.map((value, i) => value + ((i * 7919) % 13) - 6) };
    const sampled = flipOfPhoto(photo)(noisy);
    expect(flipOfPair(photo, noisy)).toBeCloseTo(sampled, 12);
    const whole = flip(photo, noisy);
    expect(sampled).not.toBe(whole);
    expect(Math.abs(sampled / whole - 1)).toBeLessThan(0.03);
    expect(flipOfPhoto(flat([0, 255, 0]))(flat([0, 0, 255]))).toBeCloseTo(1, 5);
  });

  it('refuses pixels per degree that cannot be', () => {
    const grey = flat([1, 1, 1]);
    for (const pixelsPerDegree of [0, 0.5, 1001, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => flipMap(grey, grey, { pixelsPerDegree })).toThrow(/pixels per degree must be from 1 to 1000 \(got /);
  });
});
