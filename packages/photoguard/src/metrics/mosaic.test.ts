import { expect, it } from 'vitest';
import { makeMosaic, ssim, ssimOfPhoto } from './index.ts';
import { tilesOf } from './mosaic.ts';

it('a side that is no longer than the tiles together is one tile', () => {
  const tiles = tilesOf(makeMosaic({ width: 500, height: 200 }, 3));
  expect(tiles).toEqual([0, 128, 256].map((left) => ({ left, top: 0, width: 128, height: 200 })));
  expect(tilesOf(makeMosaic({ width: 90, height: 70 }, 3))).toEqual([{ left: 0, top: 0, width: 90, height: 70 }]);
});

it('structural similarity of a large photo is that of tiles of it, close to that of the whole', () => {
  const [width, height] = [1700, 1250];
  const wave = (i: number): number => 128 + 60 * Math.sin(i / 90) * Math.cos(i / (7 * width));
  const photo = { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => wave(i)) };
  const noisy = { ...photo, data: photo.data.map((value, i) => value + ((i * 7919) % 13) - 6) };
  const sampled = ssimOfPhoto(photo, noisy);
  const whole = ssim(photo, noisy);
  expect(sampled).not.toBe(whole);
  expect((1 - sampled) / (1 - whole)).toBeCloseTo(1, 2);
  const small = { width: 40, height: 30, data: photo.data.slice(0, 3600) };
  const other = { ...small, data: noisy.data.slice(0, 3600) };
  expect(ssimOfPhoto(small, other)).toBe(ssim(small, other));
});
