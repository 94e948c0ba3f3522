import { expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import { shareByActivity } from './activity.ts';
import { shareByLuminance } from './luminance.ts';
import { brightnessOf } from './windows.ts';

const share = (...level: number[]): number[] => {
  const data = Uint8Array.from(level.flatMap((value) => [value, value, value]));
  return [...shareByLuminance({ width: level.length, height: 1, channels: 3, data })];
};

it('in the dark a change may be more than twice as large as at middle grey, in bright light half as much again', () => {
  expect(share(0)[0]).toBeCloseTo(Math.sqrt(20 / 3), 5);
  expect(share(127)[0]).toBeCloseTo(1, 5);
  expect(share(255)[0]).toBeCloseTo(Math.sqrt(2), 5);
});

it('it falls on the way to middle grey and rises from there, by what is around a pixel', () => {
  const levels = [0, 20, 60, 100, 127, 180, 230, 255].map((level) => share(level)[0]!);
  for (let i = 1; i < levels.length; i++) expect(levels[i]! < levels[i - 1]!).toBe(i <= 4);
  const [inside] = share(127, 0, 0, 0, 0, 0);
  expect(inside).toBeCloseTo(share(42)[0]!, 1); // two of three neighbours are black
});

it('activity and luminance give the same bits where brightness is measured once for both', () => {
  const photo = { width: 31, height: 17, channels: 3 as const, data: testPixels(31, 17, 3) };
  const brightness = brightnessOf(photo);
  expect(shareByActivity(photo, brightness)).toEqual(shareByActivity(photo));
  expect(shareByLuminance(photo, brightness)).toEqual(shareByLuminance(photo));
});
