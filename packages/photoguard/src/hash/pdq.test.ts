import { describe, expect, it } from 'vitest';
import { goldenCases } from '../../../../tests/support/golden-files.ts';
import type { Pixels8 } from '../image/index.ts';
import { hammingDistance, hashHex, PDQ_THRESHOLD, parseHash, pdq } from './index.ts';

const [golden] = goldenCases('hash', (name) => name === 'odd');
const photo: Pixels8 = {
  width: 100,
  height: 75,
  channels: 3,
  data: golden!.tensors.get('input.pixels')!.data as Uint8Array,
};

/** The pixels with rows and columns from where `from` says. */
function moved(width: number, height: number, from: (x: number, y: number) => readonly [number, number]): Pixels8 {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = from(x, y);
      const at = 3 * (fromY * photo.width + fromX);
      data.set(photo.data.subarray(at, at + 3), 3 * (y * width + x));
    }
  return { width, height, channels: 3, data };
}

describe('pdq', () => {
  it('gives the hash of turned and mirrored pixels as the variants of the photo', () => {
    const { dihedral } = pdq(photo);
    const { width: w, height: h } = photo;
    const turned = {
      rotate90: moved(h, w, (x, y) => [w - 1 - y, x]),
      rotate180: moved(w, h, (x, y) => [w - 1 - x, h - 1 - y]),
      rotate270: moved(h, w, (x, y) => [y, h - 1 - x]),
      flip_x: moved(w, h, (x, y) => [x, h - 1 - y]),
      flip_y: moved(w, h, (x, y) => [w - 1 - x, y]),
      flip_plus1: moved(h, w, (x, y) => [y, x]),
      flip_minus1: moved(h, w, (x, y) => [w - 1 - y, h - 1 - x]),
    };
    for (const [way, pixels] of Object.entries(turned))
      expect(hashHex(pdq(pixels).hash), way).toBe(hashHex(dihedral[way as keyof typeof turned]));
  });

  it('keeps within the threshold of a photo that is a little brighter, and far from its mirror image', () => {
    const { hash, dihedral } = pdq(photo);
    const brighter = pdq({ ...photo, data: photo.data.map((value) => Math.min(255, value + 8)) });
    expect(hammingDistance(hash, brighter.hash)).toBeLessThanOrEqual(PDQ_THRESHOLD);
    expect(hammingDistance(hash, dihedral.flip_y)).toBeGreaterThan(PDQ_THRESHOLD);
  });

  it('trusts no picture without anything in it', () => {
    expect(pdq({ width: 2, height: 1, channels: 3, data: new Uint8Array(6) }).quality).toBe(0);
  });

  it('refuses pixels that are not RGB bytes', () => {
    expect(() => pdq({ ...photo, data: photo.data.subarray(1) })).toThrow(/cannot hash this picture.*22499 bytes/);
  });
});

describe('parseHash', () => {
  const text = '101e02f5bc06bc1fdc1f7c08ff17fc1aec0be0c8e1f0e1fac0fcf0f7e1032183';
  it('reads what hashHex writes', () => expect(hashHex(parseHash(text.toUpperCase()))).toBe(text));
  it.each([text.slice(1), `${text}0`, `x${text.slice(1)}`, ''])('refuses %j', (wrong) =>
    expect(() => parseHash(wrong)).toThrow('not a PDQ hash'),
  );
});
