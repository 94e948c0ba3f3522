import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { testImage, testImageWithMetadata, testPixels } from '../../../../../tests/support/photos.ts';
import { concat, latin1, uint32 } from '../bytes.ts';
import { withJpegMetadata } from '../jpeg-segments.ts';
import { readPngChunks, textKeyword, withPngChunks } from '../png-chunks.ts';
import type { OutputFormat, Photo } from '../types.ts';
import { decodePhoto } from './decode.ts';
import { encodePhoto, formatOfName } from './encode.ts';

const write = (photo: Photo, format: OutputFormat): ReturnType<typeof encodePhoto> =>
  encodePhoto(photo.pixels, format, {
    metadata: photo.metadata,
    ...(photo.alpha ? { alpha: photo.alpha } : {}),
  });

describe('encodePhoto, lossless', () => {
  it.each(['png', 'webp'] as const)('%s gives back pixels, EXIF, ICC and XMP byte for byte', async (format) => {
    const photo = await decodePhoto(await testImageWithMetadata(6).jpeg().toBuffer());
    const encoded = await write(photo, format);
    const back = await decodePhoto(encoded.bytes);
    expect(back.pixels).toEqual(photo.pixels);
    expect(back.metadata).toEqual(format === 'png' ? photo.metadata : { ...photo.metadata, pngChunks: undefined });
    expect(back.notes).toEqual([]);
    expect(encoded.metadataKept).toEqual(expect.arrayContaining(['EXIF', 'ICC', 'XMP']));
    expect((await sharp(encoded.bytes).metadata()).orientation).toBe(1);
    expect((await sharp(encoded.bytes).metadata()).exif).toBeDefined(); // another reader finds it too
  });

  it.each(['png', 'webp'] as const)('%s keeps colour under full transparency', async (format) => {
    const alpha = new Uint8Array(64 * 48);
    const pixels = { width: 64, height: 48, channels: 3 as const, data: testPixels(64, 48, 3) };
    const metadata = { exif: (await decodePhoto(await testImageWithMetadata(1).jpeg().toBuffer())).metadata.exif! };
    const encoded = await encodePhoto(pixels, format, { alpha, metadata });
    const back = await decodePhoto(encoded.bytes);
    expect(back.pixels).toEqual(pixels);
    expect(back.alpha).toEqual(alpha);
    expect(encoded.metadataKept).toEqual(['EXIF', 'alpha']);
  });

  it('gives the same bytes for the same photo', async () => {
    const photo = await decodePhoto(await testImageWithMetadata(1).png().toBuffer());
    for (const format of ['png', 'webp', 'jpeg', 'avif'] as const) {
      expect(Buffer.compare((await write(photo, format)).bytes, (await write(photo, format)).bytes)).toBe(0);
    }
  });
});

describe('encodePhoto, metadata that not every format holds', () => {
  it('keeps PNG text and resolution in PNG, and names them as lost in WebP', async () => {
    const title = { type: 'tEXt', data: latin1('Title\0A picture') };
    const physical = { type: 'pHYs', data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) };
    const photo = await decodePhoto(withPngChunks(await testImage().png().toBuffer(), [title, physical]));
    const png = await write(photo, 'png');
    const written = readPngChunks(png.bytes);
    expect(written.filter((c) => c.type === 'tEXt').map(textKeyword)).toEqual(['Title']);
    expect(written.filter((c) => c.type === 'pHYs').map((c) => [...c.data])).toEqual([[...physical.data]]);
    expect(png.metadataKept).toEqual(['PNG text "Title"', 'resolution']);
    expect((await write(photo, 'webp')).notes.join()).toMatch(/PNG text "Title" is not kept/);
  });

  it('keeps IPTC in PNG and JPEG, and says that WebP cannot', async () => {
    const iptc = latin1('8BIM\x04\x04\0\0\0\0\0\x0a\x1c\x02\x78\0\x05Hello');
    const jpeg = withJpegMetadata(await testImage().jpeg().toBuffer(), { iptc }).bytes;
    const photo = await decodePhoto(jpeg);
    expect(photo.metadata.iptc).toEqual(iptc);
    const again = await decodePhoto((await write(photo, 'jpeg')).bytes);
    expect(again.metadata.iptc).toEqual(iptc);
    const png = await write(photo, 'png');
    expect(
      readPngChunks(png.bytes)
        .filter((c) => c.type === 'zTXt')
        .map(textKeyword),
    ).toEqual(['Raw profile type iptc']);
    expect(png.metadataKept).toContain('IPTC');
    expect((await write(photo, 'webp')).notes).toContain('IPTC is not kept: webp has no place for it');
  });

  it('JPEG and AVIF keep EXIF, ICC and XMP; JPEG says that transparency is lost', async () => {
    const photo = await decodePhoto(await testImageWithMetadata(1).png().toBuffer());
    for (const format of ['jpeg', 'avif'] as const) {
      const encoded = await encodePhoto(photo.pixels, format, {
        metadata: photo.metadata,
        alpha: new Uint8Array(64 * 48),
      });
      const header = await sharp(encoded.bytes).metadata();
      expect(Buffer.compare(header.icc!, photo.metadata.icc!)).toBe(0);
      expect(header.exif).toBeDefined();
      expect(header.xmp).toBeDefined();
      expect(header.hasAlpha).toBe(format === 'avif');
      expect(encoded.metadataKept.slice(0, 3)).toEqual(format === 'jpeg' ? ['EXIF', 'ICC', 'XMP'] : expect.anything());
      expect(encoded.notes.some((note) => /transparency is not kept/.test(note))).toBe(format === 'jpeg');
    }
  });
});

describe('resolution', () => {
  const pHYs = (x: number, y: number, unit: number) => ({
    type: 'pHYs',
    data: concat([uint32(x), uint32(y), Uint8Array.of(unit)]),
  });
  const pixels = { width: 64, height: 48, channels: 3 as const, data: testPixels(64, 48, 3) };
  it.each([
    ['300 per inch', pHYs(11811, 11811, 1)],
    ['72 across, 96 down', pHYs(2835, 3780, 1)],
    ['41 per centimetre', pHYs(4100, 4100, 1)],
  ])('of %s is the same after JPEG', async (_, resolution) => {
    const { bytes, metadataKept, notes } = await encodePhoto(pixels, 'jpeg', { metadata: { pngChunks: [resolution] } });
    expect([metadataKept, notes]).toEqual([['resolution'], []]);
    expect((await decodePhoto(bytes)).metadata.pngChunks).toEqual([resolution]);
  });
  it('that a photo does not state is not made up', async () => {
    const jpeg = (await encodePhoto(pixels, 'jpeg')).bytes;
    for (const bytes of [jpeg, (await encodePhoto(pixels, 'png')).bytes, await testImage().jpeg().toBuffer()]) {
      const { metadata } = await decodePhoto(bytes);
      expect(metadata.pngChunks).toBeUndefined();
      expect((await encodePhoto(pixels, 'png', { metadata })).metadataKept).toEqual([]);
    }
    expect([...jpeg.subarray(2, 20)].slice(9)).toEqual([1, 2, 0, 0, 1, 0, 1, 0, 0]); // JFIF 1.2 without unit
  });
  it('is said to be lost where there is no place for it', async () => {
    for (const format of ['webp', 'avif'] as const) {
      const encoded = await encodePhoto(pixels, format, { metadata: { pngChunks: [pHYs(11811, 11811, 1)] } });
      expect(encoded.metadataKept).toEqual([]);
      expect(encoded.notes.join()).toMatch(/^resolution is not kept/);
    }
  });
});

it('AVIF gets no EXIF where there is none, and says of each kind what became of it', async () => {
  const pixels = { width: 64, height: 48, channels: 3 as const, data: testPixels(64, 48, 3) };
  const bare = await encodePhoto(pixels, 'avif');
  expect([bare.metadataKept, (await sharp(bare.bytes).metadata()).exif]).toEqual([[], undefined]);
  const { metadata } = await decodePhoto(await testImageWithMetadata(1).png().toBuffer());
  const all = await encodePhoto(pixels, 'avif', { metadata: { xmp: metadata.xmp!, iptc: latin1('8BIM') } });
  expect(all.metadataKept).toEqual(['XMP']);
  expect(all.notes).toEqual(['IPTC is not kept in AVIF']);
});

describe('encodePhoto and formatOfName refuse', () => {
  it('what a format cannot hold', async () => {
    const long = { width: 16384, height: 1, channels: 3 as const, data: new Uint8Array(3 * 16384) };
    await expect(encodePhoto(long, 'webp')).rejects.toMatchObject({ code: 'input' });
    await expect(encodePhoto({ ...long, width: 5 }, 'png')).rejects.toThrow(/does not match their size/);
  });

  it('other extensions', () => {
    expect(['a.png', 'b.JPG', 'c.jpeg', 'd.webp', 'e.avif'].map(formatOfName)).toEqual([
      'png',
      'jpeg',
      'jpeg',
      'webp',
      'avif',
    ]);
    expect(() => formatOfName('a.gif')).toThrow(/got .gif/);
    expect(() => formatOfName('folder/a')).toThrow(/got no extension/);
  });
});
