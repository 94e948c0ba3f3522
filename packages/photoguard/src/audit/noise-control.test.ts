import { describe, expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import type { Pixels8 } from '../image/index.ts';
import { l2, linf255 } from '../metrics/index.ts';
import { controlNoise, shuffledChange } from './noise-control.ts';

const size = { width: 32, height: 24, channels: 3 as const };
// Away from black and white, so that nothing is clipped.
const clean: Pixels8 = { ...size, data: testPixels(32, 24, 3).map((v) => 60 + v / 2) };
const immunized: Pixels8 = { ...size, data: clean.data.map((v, i) => v + ((i * 7) % 33) - 16) };
const changes = (pixels: Pixels8): number[] => [...pixels.data].map((v, i) => v - clean.data[i]!);

describe('shuffledChange', () => {
  it('has the very values of the change, elsewhere: equal in every norm', () => {
    const noise = shuffledChange(clean, immunized, 0, 0);
    const sorted = (pixels: Pixels8) => changes(pixels).sort((a, b) => a - b);
    expect(sorted(noise)).toEqual(sorted(immunized));
    expect(l2(clean, noise)).toBeCloseTo(l2(clean, immunized), 10);
    const moved = changes(noise).filter((d, i) => d !== changes(immunized)[i]).length;
    expect(moved).toBeGreaterThan(0.9 * clean.data.length);
  });

  it('depends on seed and draw alone', () => {
    const one = shuffledChange(clean, immunized, 3, 1);
    expect(shuffledChange(clean, immunized, 3, 1)).toEqual(one);
    expect(shuffledChange(clean, immunized, 3, 2)).not.toEqual(one);
    expect(shuffledChange(clean, immunized, 4, 1)).not.toEqual(one);
  });

  it('leaves what a mask repaints as it is, and clips to 0..255', () => {
    const mask = { width: 32, height: 24, data: new Uint8Array(32 * 24).fill(1, 0, 320) };
    const kept: Pixels8 = { ...size, data: immunized.data.map((v, i) => (i < 960 ? clean.data[i]! : v)) };
    const noise = shuffledChange(clean, kept, 0, 0, mask);
    expect(noise.data.subarray(0, 960)).toEqual(clean.data.subarray(0, 960));
    expect(l2(clean, noise)).toBeCloseTo(l2(clean, kept), 10);
    const white: Pixels8 = { ...size, data: new Uint8Array(clean.data.length).fill(255) };
    const darker: Pixels8 = { ...size, data: white.data.map((v, i) => (i % 2 ? v - 9 : v)) };
    expect([...shuffledChange(white, darker, 0, 0).data].every((v) => v === 255 || v === 246)).toBe(true);
  });
});

describe('controlNoise', () => {
  it.each([
    ['linf', 16],
    ['l2', 500],
  ] as const)('fills the %s ball of %i levels and does not leave it', (norm, eps255) => {
    const noise = controlNoise(clean, { norm, eps255 }, 0, 0);
    const reached = norm === 'linf' ? linf255(clean, noise) : 255 * l2(clean, noise);
    expect(reached).toBeLessThanOrEqual(eps255 * (norm === 'l2' ? 1.02 : 1)); // rounding to bytes adds a little
    expect(reached).toBeGreaterThan(0.9 * eps255);
    expect(controlNoise(clean, { norm, eps255 }, 0, 1)).not.toEqual(noise);
  });
});
