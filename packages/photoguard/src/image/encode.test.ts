import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { testImage, testImageWithMetadata, testPixels } from '../../../../tests/support/photos.ts';
import { latin1 } from './bytes.ts';
import { decodePhoto } from './decode.ts';
import { encodePhoto, formatOfName } from './encode.ts';
import { withJpegMetadata } from './jpeg-segments.ts';
import { readPngChunks, textKeyword, withPngChunks } from './png-chunks.ts';
import type { OutputFormat, Photo } from './types.ts';

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

  it('takes the thumbnail out of EXIF, and says so', async () => {
    const plain = await decodePhoto(await testImageWithMetadata(1).jpeg().toBuffer());
    const exif = withThumbnail(plain.metadata.exif!);
    const photo = await decodePhoto(withJpegMetadata(await testImage().jpeg().toBuffer(), { exif }).bytes);
    expect(Buffer.from(photo.metadata.exif!).includes('THUMBNAIL')).toBe(false);
    expect(photo.notes.join()).toMatch(/thumbnail is removed/);
    expect(Buffer.from(photo.metadata.exif!).includes('Test Artist')).toBe(true);
  });
});

describe('encodePhoto and formatOfName refuse', () => {
  it('what a format cannot hold', async () => {
    const long = { width: 16384, height: 1, channels: 3 as const, data: new Uint8Array(3 * 16384) };
    await expect(encodePhoto(long, 'webp')).rejects.toMatchObject({ code: 'input' });
    await expect(encodePhoto({ ...long, width: 5 }, 'png')).rejects.toThrow(/length that their size takes/);
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

/** Little-endian EXIF with a second IFD that points at eleven bytes of thumbnail. */
function withThumbnail(exif: Uint8Array): Uint8Array {
  const numbers = new DataView(exif.buffer.slice(exif.byteOffset, exif.byteOffset + exif.length));
  const second = exif.length + (exif.length & 1);
  const first = numbers.getUint32(4, true);
  numbers.setUint32(first + 2 + 12 * numbers.getUint16(first, true), second, true);
  const ifd = new DataView(new ArrayBuffer(2 + 24 + 4 + 11));
  ifd.setUint16(0, 2, true);
  [
    [0x0201, second + 30],
    [0x0202, 11],
  ].forEach(([tag, value], i) => {
    ifd.setUint16(2 + 12 * i, tag!, true);
    ifd.setUint16(4 + 12 * i, 4, true);
    ifd.setUint32(6 + 12 * i, 1, true);
    ifd.setUint32(10 + 12 * i, value!, true);
  });
  new Uint8Array(ifd.buffer).set(latin1('xTHUMBNAILx'), 30);
  const result = new Uint8Array(second + ifd.byteLength);
  result.set(new Uint8Array(numbers.buffer));
  result.set(new Uint8Array(ifd.buffer), second);
  return result;
}
