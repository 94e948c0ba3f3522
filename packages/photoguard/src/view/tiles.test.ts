import { describe, expect, it } from 'vitest';
import { Tiling, tileSizes } from './tiles.ts';

describe.each([
  [{ width: 2048, height: 1536 }, { width: 512, height: 512 }, 8],
  [{ width: 4000, height: 3008 }, { width: 1024, height: 1024 }, 16],
  [{ width: 2000, height: 64 }, { width: 256, height: 64 }, 4],
  [{ width: 264, height: 264 }, { width: 256, height: 256 }, 8],
])('tiles of %o in %o', (size, tile, factor) => {
  const tiling = new Tiling(size, tile, factor);

  it('have cores that cover the picture, each place once', () => {
    const factored = { width: size.width / factor, height: size.height / factor };
    const counted = new Float32Array(factored.width * factored.height);
    const part = new Float32Array((tile.width / factor) * (tile.height / factor)).fill(1);
    for (const one of tiling.tiles) tiling.add(counted, tiling.mask(one, factor), factor, one);
    expect(new Set(counted)).toEqual(new Set([1]));
    const put = new Float32Array(counted.length);
    for (const one of tiling.tiles) tiling.putCore(put, part, factor, one);
    expect(new Set(put)).toEqual(new Set([1]));
  });

  it('see at least a margin around their cores, but where the picture ends', () => {
    for (const { left, top, core } of tiling.tiles) {
      if (core.left > 0) expect(core.left - left).toBeGreaterThanOrEqual(64 - factor);
      if (core.right < size.width) expect(left + tile.width - core.right).toBeGreaterThanOrEqual(64 - factor);
      if (core.bottom < size.height) expect(top + tile.height - core.bottom).toBeGreaterThanOrEqual(64 - factor);
      expect((left % factor) + (top % factor)).toBe(0);
    }
  });

  it('give back what they take', () => {
    const whole = Float32Array.from({ length: (2 * size.width * size.height) / factor ** 2 }, (_, i) => i % 9973);
    const back = new Float32Array(whole.length);
    for (const one of tiling.tiles) tiling.putCore(back, tiling.take(whole, factor, one), factor, one);
    expect(back.every((value, i) => value === whole[i])).toBe(true);
  });
});

describe('sizes of tiles', () => {
  it('are smaller than the picture, and multiples of the factor', () => {
    expect(tileSizes({ width: 2048, height: 640 }, 16).map(({ width, height }) => [width, height])).toEqual([
      [1024, 640],
      [768, 640],
      [512, 512],
      [384, 384],
      [256, 256],
    ]);
    expect(tileSizes({ width: 256, height: 256 }, 8)).toEqual([]);
  });
});
