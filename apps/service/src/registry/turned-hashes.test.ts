import { hammingDistance, hashHex, pdq } from 'photoguard/hash';
import { decodePhoto } from 'photoguard/image/node';
import type { Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { testImage } from '../../../../tests/support/photos.ts';
import { turnedHashes } from './turned-hashes.ts';

const photo = (): Sharp => testImage(128, 96);
const pixelsOf = async (image: Sharp) => (await decodePhoto(new Uint8Array(await image.png().toBuffer()))).pixels;
const { hash, dihedral } = pdq(await pixelsOf(photo()));

it('has the photo itself first, and eight different ones', async () => {
  const { hashes } = turnedHashes(await pixelsOf(photo()));
  expect(hashHex(hashes[0]!)).toBe(hashHex(hash));
  expect(new Set(hashes.map(hashHex)).size).toBe(8);
});

it.each([
  ['turned by 90', () => photo().rotate(90)],
  ['turned by 180', () => photo().rotate(180)],
  ['turned by 270', () => photo().rotate(270)],
  ['mirrored', () => photo().flop()],
  ['upside down', () => photo().flip()],
  ['mirrored and turned', () => photo().flop().rotate(90)],
])('of a photo that is %s one is that of the photo', async (_, made) => {
  const { hashes } = turnedHashes(await pixelsOf(made()));
  expect(Math.min(...hashes.map((one) => hammingDistance(one, hash)))).toBe(0);
});

it('is needed: made from coefficients, the mirrored one is bits away', async () => {
  const mirrored = pdq(await pixelsOf(photo().flop()));
  expect(hammingDistance(mirrored.dihedral.flip_y, hash)).toBeGreaterThan(0);
  expect(hammingDistance(dihedral.original, hash)).toBe(0);
});
