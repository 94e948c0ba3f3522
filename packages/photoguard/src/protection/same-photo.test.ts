import { describe, expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import { ballNoise, makeConstraint } from '../attacks/index.ts';
import type { Pixels8 } from '../image/index.ts';
import { Random, STREAMS } from '../random.ts';
import { sha256OfPixels } from '../record/index.ts';
import { RECORD } from '../record/testing/record.ts';
import { coarseDifference, requireSamePhoto } from './same-photo.ts';

const photo = (width = 96, height = 64): Pixels8 => ({
  width,
  height,
  channels: 3,
  data: testPixels(width, height, 3),
});
const changed = ({ data, ...size }: Pixels8, change: (value: number, i: number) => number): Pixels8 => ({
  ...size,
  data: data.map((value, i) => Math.min(Math.max(change(value, i), 0), 255)),
});

describe('coarseDifference', () => {
  it('is what all pixels have in common in a cell, and little of what they have not', () => {
    expect(
      coarseDifference(
        photo(),
        changed(photo(), (value) => value + 10),
      ),
    ).toBeCloseTo(10, 9);
    const alternating = changed(photo(), (value, i) => value + (Math.floor(i / 3) % 2 ? 20 : -20));
    expect(coarseDifference(photo(), alternating)).toBeLessThan(1);
  });

  it('takes photos with fewer pixels than cells, and sides that are no multiple of them', () => {
    for (const small of [photo(5, 3), photo(17, 41)])
      expect(
        coarseDifference(
          small,
          changed(small, (value) => value - 4),
        ),
      ).toBeCloseTo(4, 9);
  });
});

describe('requireSamePhoto', () => {
  const other = changed(photo(), (value, i) => (i % 288 < 144 ? value / 3 : 255 - value / 3));

  it('takes noise of a bound that no protection has for the same photo', async () => {
    const noisy = ballNoise(photo(), makeConstraint('linf', 64 / 255), new Random(0, STREAMS.auditNoise(0)));
    await expect(requireSamePhoto(noisy, photo(), undefined)).resolves.toBeUndefined();
    await expect(requireSamePhoto(noisy, photo(), RECORD)).resolves.toBeUndefined();
  });

  it('refuses another photo, with and without a record, but not the one that the record names', async () => {
    for (const record of [undefined, RECORD])
      await expect(requireSamePhoto(photo(), other, record)).rejects.toThrow(/the original is another photo/);
    const named = { ...RECORD, original: await sha256OfPixels(other) };
    await expect(requireSamePhoto(photo(), other, named)).resolves.toBeUndefined();
  });
});
