// What a decoder says of a file is what is found without one.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { testImage, testImageWithMetadata } from '../../../../tests/support/photos.ts';
import { findMetadataBlocks } from './metadata-blocks.ts';
import { readMetadata } from './read-metadata.ts';

const WRITTEN = ['jpeg', 'png', 'webp'] as const;
const plain = (bytes: Uint8Array | undefined) => bytes && Array.from(bytes);

describe('metadata found without a decoder', () => {
  it.each(WRITTEN)('are those that sharp finds in a %s', async (format) => {
    const file = await testImageWithMetadata(6).toFormat(format).toBuffer();
    const header = await sharp(file).metadata();
    const found = await findMetadataBlocks(file, format);
    expect(plain(found.icc)).toEqual(plain(header.icc));
    expect(plain(found.xmp)).toEqual(plain(header.xmp));
    expect(found.orientation).toBe(6);
    const [here, there] = await Promise.all(
      [found, header].map((blocks) => readMetadata(file, { format, header: blocks, keepColour: true })),
    );
    expect(here).toEqual(there);
    expect(here!.metadata.exif).toBeDefined();
  });

  it.each(WRITTEN)('are none in a %s without any, nor in half of one', async (format) => {
    const bare = await testImage().toFormat(format).toBuffer();
    expect(Object.values(await findMetadataBlocks(bare, format)).filter(Boolean)).toEqual([]);
    const whole = await testImageWithMetadata(3).toFormat(format).toBuffer();
    for (let end = 0; end < Math.min(whole.length, 3000); end += 37)
      await expect(findMetadataBlocks(whole.subarray(0, end), format)).resolves.toBeDefined();
  });

  it('leaves a damaged profile out', async () => {
    const file = new Uint8Array(await testImageWithMetadata(1).png().toBuffer());
    const at = Buffer.from(file).indexOf('iCCP');
    file.fill(0xff, at + 20, at + 60);
    expect((await findMetadataBlocks(file, 'png')).icc).toBeUndefined();
  });
});
