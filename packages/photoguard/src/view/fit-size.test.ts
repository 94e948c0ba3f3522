import { describe, expect, it } from 'vitest';
import { fitSize } from './fit-size.ts';

describe('fitSize', () => {
  it.each([
    [4000, 3000, 'fit:512', 512, 384],
    [3000, 4000, 'fit:512', 384, 512],
    [512, 640, 'fit:512', 408, 512],
    [100, 50, 'fit:512', 512, 256],
    [5000, 10, 'fit:512', 512, 8],
    [1023, 769, 'native', 1016, 768],
    [5, 5, 'native', 8, 8],
    [4000, 3000, '640x448', 640, 448],
  ])('%i x %i with %s is %i x %i', (width, height, mode, w, h) => {
    expect(fitSize(width, height, mode)).toEqual({ width: w, height: h });
  });

  it.each(['fit:0', 'fit:99999999', '512x0', '500x512', 'large', 'fit:-8', ''])('refuses %j', (mode) => {
    expect(() => fitSize(100, 100, mode)).toThrow(/model's size/);
  });
});
