import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { testImage, testImageWithMetadata, testPixels } from '../../../../../tests/support/photos.ts';
import { PhotoGuardError } from '../../errors.ts';
import { concat, crc32, latin1, uint32 } from '../bytes.ts';
import { withPngChunks } from '../png-chunks.ts';
import { decodePhoto } from './decode.ts';
import { encodePhoto } from './encode.ts';

describe('decodePhoto keeps pixels', () => {
  it('of an RGB photo exactly', async () => {
    const photo = await decodePhoto(await testImage().png().toBuffer());
    expect(photo.pixels).toEqual({ width: 64, height: 48, channels: 3, data: testPixels(64, 48, 3) });
    expect([photo.format, photo.bitsPerChannel, photo.alpha, photo.notes]).toEqual(['png', 8, undefined, []]);
  });

  it('in the colour space of its profile, which is kept', async () => {
    const tagged = await sharp(await testImage().png().toBuffer())
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const stored = await sharp(tagged, { ignoreIcc: true }).raw().toBuffer();
    const photo = await decodePhoto(tagged);
    expect(Buffer.compare(photo.pixels.data, stored)).toBe(0);
    expect(photo.metadata.icc).toEqual(Uint8Array.from((await sharp(tagged).metadata()).icc!));
  });

  it('under transparency, and the alpha beside them', async () => {
    const photo = await decodePhoto(await testImage(64, 48, 4).png().toBuffer());
    const all = testPixels(64, 48, 4);
    expect(photo.alpha).toEqual(all.filter((_, i) => i % 4 === 3));
    expect(photo.pixels.data).toEqual(all.filter((_, i) => i % 4 !== 3));
  });
});

describe('decodePhoto converts deliberately, with a note', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns orientation %i upright and says 1 in EXIF and XMP', async (orientation) => {
    const stored = await testImageWithMetadata(orientation).jpeg().toBuffer();
    const photo = await decodePhoto(stored);
    const upright = await sharp(stored, { ignoreIcc: true }).autoOrient().raw().toBuffer({ resolveWithObject: true });
    expect([photo.pixels.width, photo.pixels.height]).toEqual(orientation >= 5 ? [48, 64] : [64, 48]);
    expect(Buffer.compare(photo.pixels.data, upright.data)).toBe(0);
    const text = Buffer.from(photo.metadata.xmp!).toString();
    expect(text).toContain('tiff:Orientation="1"');
    const written = await sharp(
      concat([latin1('\xff\xd8'), app1(photo.metadata.exif!), stored.subarray(2)]),
    ).metadata();
    expect(written.orientation).toBe(1);
    expect(photo.notes.filter((note) => note.startsWith('turned upright'))).toHaveLength(orientation > 1 ? 1 : 0);
  });

  it('16 bits to the nearest of 8', async () => {
    const wide = Uint16Array.from({ length: 300 }, (_, i) => (i * 65535) / 299);
    const file = await sharp(wide, { raw: { width: 10, height: 10, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(file).metadata()).depth).toBe('ushort');
    const photo = await decodePhoto(file);
    expect(photo.pixels.data).toEqual(Uint8Array.from(wide, (v) => Math.round(v / 257)));
    expect(photo.bitsPerChannel).toBe(16);
    expect(photo.notes.join()).toMatch(/rounded to 8/);
  });

  it('16-bit grey with alpha to RGB and 8-bit alpha', async () => {
    const wide = Uint16Array.from({ length: 200 }, (_, i) => i * 300);
    const file = await sharp(wide, { raw: { width: 10, height: 10, channels: 2 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const photo = await decodePhoto(file);
    expect(photo.pixels.data.slice(30, 33)).toEqual(new Uint8Array(3).fill(Math.round((20 * 300) / 257)));
    expect(photo.alpha![10]).toBe(Math.round((21 * 300) / 257));
  });

  it('grey to RGB of equal channels', async () => {
    const photo = await decodePhoto(await testImage(64, 48, 1).toColourspace('b-w').png().toBuffer());
    const grey = testPixels(64, 48, 1);
    expect(photo.pixels.data).toEqual(Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => grey[Math.floor(i / 3)]!));
    expect(photo.notes.join()).toMatch(/greyscale photo: written as RGB/);
  });

  it('CMYK to sRGB without the profile', async () => {
    const file = await testImage().toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer();
    expect((await sharp(file).metadata()).space).toBe('cmyk');
    const photo = await decodePhoto(file);
    expect(photo.pixels.channels).toBe(3);
    expect(photo.metadata.icc).toBeUndefined();
    expect(photo.notes.join()).toMatch(/CMYK photo: converted to sRGB/);
  });

  it('a JPEG with stray bytes, which viewers show', async () => {
    const file = await testImage().jpeg().toBuffer();
    const padded = Buffer.concat([file.subarray(0, -2), Buffer.alloc(40, 7), file.subarray(-2)]);
    expect((await decodePhoto(padded)).pixels.data).toEqual((await decodePhoto(file)).pixels.data);
  });
});

describe('decodePhoto leaves out a colour profile that is damaged, and says so', () => {
  const damages: [string, (icc: Uint8Array) => Uint8Array][] = [
    ['noise', () => testPixels(20, 10, 3)],
    ['noise with a signature', () => Uint8Array.from({ length: 300 }, (_, i) => latin1('acsp')[i - 36] ?? 7)],
    ['cut off', (icc) => icc.subarray(0, 300)],
    ['with a tag outside', (icc) => Uint8Array.from(icc, (byte, i) => (i === 128 + 4 + 4 + 1 ? 255 : byte))],
  ];
  it.each(damages)('%s', async (_, damage) => {
    const tagged = await testImage().withIccProfile('p3').png().toBuffer();
    const icc = damage((await sharp(tagged).metadata()).icc!);
    const pixels = (await decodePhoto(tagged)).pixels;
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const photo = await decodePhoto((await encodePhoto(pixels, format, { metadata: { icc } })).bytes);
      expect(photo.metadata.icc, format).toBeUndefined();
      expect(photo.notes, format).toContain('the colour profile is not valid and is not kept');
    }
  });
});

// A photo of 16x16 as phones save it: `heif-enc` made it of one colour.
const HEIC = [
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA',
  'AA5waXRtAAAAAAACAAAAEGlkYXQAAAAAABAAEAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAAJAACAAEAAAAAAAAA',
  'AQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAA',
  'ALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQED',
  'cAAAAwCQAAADAAADAB6gIIEFluqumubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlz',
  'cGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGlt',
  'ZwACAAEAAQAAACxtZGF0AAAAICgBrwQSEszg+OnCaD/Sp9WJbyftqyvjSZ93sRiSqf+g',
].join('');

describe('decodePhoto refuses, with one line', () => {
  const cases: [string, () => Promise<Uint8Array> | Uint8Array, RegExp][] = [
    ['an empty file', () => new Uint8Array(0), /the file is empty/],
    ['text', () => latin1('Dear sir or madam'), /not a photo known here \(got a file that begins with "Dear sir"\)/],
    [
      'SVG, which sharp would draw',
      () => latin1('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /not a photo/,
    ],
    [
      'half a JPEG',
      async () => half(await testImage().jpeg().toBuffer()),
      /JPEG file is truncated or corrupt.*premature end/,
    ],
    ['half a PNG', async () => half(await testImage().png().toBuffer()), /PNG file is truncated or corrupt/],
    ['half a WebP', async () => half(await testImage().webp().toBuffer()), /WEBP file is truncated/],
    ['half a TIFF', async () => half(await testImage().tiff().toBuffer()), /TIFF file is truncated/],
    ['half an AVIF', async () => half(await testImage().avif({ effort: 0 }).toBuffer()), /AVIF file is truncated/],
    [
      'a JPEG with damaged data',
      async () => damaged(await testImage(200, 200).jpeg().toBuffer()),
      /truncated or corrupt/,
    ],
    ['an animated GIF', () => animated('gif'), /GIF file holds several pictures.*got 2 pictures/],
    ['an animated WebP', () => animated('webp'), /WEBP file holds several pictures/],
    ['an animated PNG', async () => apng(await testImage().png().toBuffer()), /PNG file holds several pictures.*got 3/],
    [
      'a bomb',
      async () => resized(await testImage().png().toBuffer(), 60000, 60000),
      /more than 268 megapixels \(got 60000x60000\)/,
    ],
    [
      'no width',
      async () => resized(await testImage().png().toBuffer(), 0, 5),
      /PNG file is truncated, corrupt|no pixels/,
    ],
    ['floating point', () => floats(), /8 or 16 bits a channel \(got float\)/],
  ];
  it.each(cases)('%s', async (_, make, message) => {
    const failure = await decodePhoto(await make()).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(PhotoGuardError);
    expect((failure as PhotoGuardError).code).toBe('image');
    expect((failure as PhotoGuardError).message).toMatch(message);
    expect((failure as PhotoGuardError).message).not.toContain('\n');
  });

  it('HEIC where the decoder has no HEVC, with what to do; where it has, the photo is read', async () => {
    const heic = Buffer.from(HEIC, 'base64');
    if (sharp.format.heif.input.fileSuffix?.includes('.heic')) {
      const { pixels } = await decodePhoto(heic);
      expect([pixels.width, pixels.height]).toEqual([16, 16]);
    } else
      await expect(decodePhoto(heic)).rejects.toMatchObject({
        code: 'image',
        message: expect.stringMatching(
          /^HEIC photos cannot be decoded here: [^\n]*save the photo as JPEG, PNG or AVIF/,
        ),
      });
  });

  it('a file beyond a limit of the caller', async () => {
    await expect(decodePhoto(await testImage().png().toBuffer(), { limitPixels: 1000 })).rejects.toThrow(/got 64x48/);
  });

  it('a missing file, a folder and a device with code input', async () => {
    for (const [path, message] of [
      ['/nowhere/photo.png', /no such file/],
      ['/nowhere/caf\ufffd.png', /no such file .got ENOENT.; its name has bytes that are not UTF-8.*rename it/],
      ['/', /a directory/],
      ['/dev/zero', /a device/],
    ] as const) {
      await expect(decodePhoto(path)).rejects.toMatchObject({ code: 'input', message: expect.stringMatching(message) });
    }
  });
});

function app1(exif: Uint8Array): Uint8Array {
  const length = exif.length + 8;
  return concat([Uint8Array.of(0xff, 0xe1, length >>> 8, length), latin1('Exif\0\0'), exif]);
}

function half(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length >> 1);
}

function damaged(jpeg: Uint8Array): Uint8Array {
  return Uint8Array.from(jpeg, (byte, i) => (i > jpeg.length / 2 && i % 50 === 0 ? 0xff : byte));
}

function animated(format: 'gif' | 'webp'): Promise<Uint8Array> {
  const two = sharp(testPixels(32, 64, 3), { raw: { width: 32, height: 64, channels: 3, pageHeight: 32 } });
  return two.toFormat(format, { loop: 0, delay: [100, 100] }).toBuffer();
}

function apng(png: Uint8Array): Uint8Array {
  return withPngChunks(png, [{ type: 'acTL', data: concat([uint32(3), uint32(0)]) }]);
}

function resized(png: Uint8Array, width: number, height: number): Uint8Array {
  const header = concat([latin1('IHDR'), uint32(width), uint32(height), png.subarray(24, 29)]);
  return concat([png.subarray(0, 12), header, uint32(crc32(header)), png.subarray(33)]);
}

function floats(): Promise<Uint8Array> {
  const data = Float32Array.from({ length: 300 }, (_, i) => i / 300);
  return sharp(data, { raw: { width: 10, height: 10, channels: 3 } })
    .toColourspace('scrgb')
    .tiff({ compression: 'none' })
    .toBuffer();
}
