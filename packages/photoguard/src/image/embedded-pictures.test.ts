import { expect, it } from 'vitest';
import { testImage, testPixels } from '../../../../tests/support/photos.ts';
import { concat, latin1 } from './bytes.ts';
import { findPictures } from './embedded-pictures.ts';
import { hiddenPicture } from './testing/carriers.ts';

it('findPictures finds whole pictures, broken ones to where they break, and nothing in noise', async () => {
  const hidden = await hiddenPicture();
  const png = await testImage(9, 9).png().toBuffer();
  const webp = await testImage(9, 9).webp().toBuffer();
  const noise = testPixels(100, 100, 3);
  const all = concat([noise, hidden, noise, png, webp, noise]);
  const [a, b, c] = [noise.length, 2 * noise.length + hidden.length, 2 * noise.length + hidden.length + png.length];
  expect(findPictures(all)).toEqual([
    { start: a, end: a + hidden.length },
    { start: b, end: b + png.length },
    { start: c, end: c + webp.length },
  ]);
  expect(findPictures(hidden.subarray(0, hidden.length - 40))).toEqual([{ start: 0, end: hidden.length - 40 }]);
  expect(findPictures(latin1('\xff\xd8\xff\xe0\0\x04ab'.repeat(500)))).toEqual([]);
});
