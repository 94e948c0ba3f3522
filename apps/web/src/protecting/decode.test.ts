// The page's decoders beside those of the command, in Node: the same pixels, alpha and metadata.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { init as initAvif } from '@jsquash/avif/decode.js';
import { init as initJpeg } from '@jsquash/jpeg/decode.js';
import { init as initPng } from '@jsquash/png/decode.js';
import { init as initWebp } from '@jsquash/webp/decode.js';
import { decodePhoto as decodeInNode } from 'photoguard/image/node';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { testImage, testImageWithMetadata } from '../../../../tests/support/photos.ts';
import { decodeFile, decodePhoto } from './decode.ts';

const { resolve } = createRequire(import.meta.url);
const compiled = (path: string): Promise<WebAssembly.Module> => WebAssembly.compile(readFileSync(resolve(path)));

beforeAll(async () => {
  // A page has it.
  class ImageData {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      Object.assign(this, { data, width, height });
      [this.data, this.width, this.height] = [data, width, height];
    }
  }
  Object.assign(globalThis, { ImageData });
  await initPng(await compiled('@jsquash/png/codec/pkg/squoosh_png_bg.wasm'));
  await initJpeg(await compiled('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'));
  await initWebp(await compiled('@jsquash/webp/codec/dec/webp_dec.wasm'));
  await initAvif(await compiled('@jsquash/avif/codec/dec/avif_dec.wasm'));
});

const wide = (channels: 3 | 4) => {
  const data = Uint16Array.from({ length: 16 * 12 * channels }, (_, i) => (i * 397) % 65_536);
  return sharp(data, { raw: { width: 16, height: 12, channels } })
    .toColourspace('rgb16')
    .png();
};

/** A file that states another size than it has. @param change where from the mark on, and the bytes there */
async function stating(picture: Sharp, mark: string, [at, ...bytes]: readonly number[]): Promise<Buffer> {
  const file = await picture.toBuffer();
  file.set(bytes, file.indexOf(mark) + at!);
  return file;
}

const EXACT = {
  GIF: () => testImage().gif(),
  'RGB PNG': () => testImage().png(),
  'RGBA PNG': () => testImage(64, 48, 4).png(),
  'grey PNG': () => testImage(64, 48, 1).png(),
  'grey PNG with alpha': () => testImage(64, 48, 2).png(),
  'palette PNG': () => testImage().png({ palette: true, colours: 16 }),
  'interlaced PNG': () => testImage().png({ progressive: true }),
  '16-bit PNG': () => wide(3),
  'lossless WebP with alpha': () => testImage(64, 48, 4).webp({ lossless: true, exact: true }),
  'PNG with metadata': () => testImageWithMetadata(1).png(),
  'JPEG, turned': () => testImageWithMetadata(6).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
  'JPEG, mirrored': () => testImageWithMetadata(5).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
  'JPEG, upside down': () => testImageWithMetadata(3).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
  'progressive JPEG': () => testImage().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  'subsampled JPEG': () => testImage().jpeg({ quality: 75 }),
  'grey JPEG': () => testImage(64, 48, 1).jpeg(),
} as const;

// Two pictures, one above the other, as frames of 32x24 pixels.
const animation = () => {
  const data = Uint8Array.from({ length: 32 * 48 * 3 }, (_, i) => (i * 7 + Math.floor(i / 2304) * 50) % 256);
  return sharp(data, { raw: { width: 32, height: 48, channels: 3, pageHeight: 24 } }).gif();
};

describe('a photo decoded by the page', () => {
  it.each(Object.entries(EXACT))('is the command’s: %s', async (_, make) => {
    const file = await make().toBuffer();
    const [here, there] = [await decodePhoto(file), await decodeInNode(file)];
    expect([here.pixels.width, here.pixels.height]).toEqual([there.pixels.width, there.pixels.height]);
    expect(Buffer.compare(here.pixels.data, there.pixels.data)).toBe(0);
    const opaque = there.alpha?.every((value) => value === 255);
    expect(here.alpha).toEqual(opaque ? undefined : there.alpha);
    expect(here.metadata).toEqual(there.metadata);
    expect(here.bitsPerChannel).toBe(there.bitsPerChannel);
  });

  it('is the first picture of a GIF of several, which the command refuses', async () => {
    const file = await animation().toBuffer();
    const { pixels, notes } = await decodePhoto(file);
    expect(notes).toContain('the first of 2 pictures of the GIF');
    const first = await sharp(file, { pages: 1 }).removeAlpha().raw().toBuffer();
    expect([pixels.width, pixels.height]).toEqual([32, 24]);
    expect(Buffer.compare(pixels.data, first)).toBe(0);
    await expect(decodeInNode(file)).rejects.toThrow(/several pictures/);
  });

  it.each([
    ['lossy WebP', () => testImage().webp({ quality: 80 })],
    ['AVIF', () => testImage().avif({ quality: 80 })],
  ])('is nearly the command’s: %s', async (_, make) => {
    const file = await make().toBuffer();
    const [here, there] = [await decodePhoto(file), await decodeInNode(file)];
    const off = here.pixels.data.reduce((sum, value, i) => sum + Math.abs(value - there.pixels.data[i]!), 0);
    expect(off / here.pixels.data.length).toBeLessThan(1);
  });

  it.each([
    ['TIFF', async () => testImage().tiff().toBuffer(), /TIFF is not read by this page/],
    [
      'HEIC, where the browser does not decode it',
      async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1'),
      /this browser does not decode HEIC photos/,
    ],
    [
      'a GIF of 60000x60000',
      async () => Buffer.from('GIF89a\x60\xea\x60\xea\0\0\0;', 'latin1'),
      /more than 48 megapixels/,
    ],
    [
      'a WebP of 16384x16384',
      () => stating(testImage().webp({ lossless: true }), 'VP8L', [9, 0xff, 0xff, 0xff, 0x0f]),
      /16384x16384/,
    ],
    [
      'a lossy WebP of 16383x16383',
      () => stating(testImage().webp(), 'VP8 ', [14, 0xff, 0x3f, 0xff, 0x3f]),
      /16383x16383/,
    ],
    [
      'an AVIF of 60000x60000',
      () => stating(testImage().avif(), 'ispe', [8, 0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]),
      /60000x60000/,
    ],
    ['a text', async () => Buffer.from('Dear reader'), /not a photo known here/],
    ['nothing', async () => Buffer.alloc(0), /not a photo known here/],
  ])('is refused in a line: %s', async (_, make, message) => {
    await expect(decodePhoto(await make())).rejects.toThrow(message);
  });

  it('is refused in a line where the browser cannot read its file: a folder, for one', async () => {
    const folder = new Blob();
    folder.arrayBuffer = () => Promise.reject(new DOMException('it is gone', 'NotFoundError'));
    await expect(decodeFile(folder)).rejects.toMatchObject({
      code: 'image',
      message: expect.stringMatching(/gone.*choose it again/),
    });
  });

  it.each(['png', 'jpeg', 'webp', 'avif', 'gif'] as const)('is refused where it breaks off: %s', async (format) => {
    const whole = await testImage().toFormat(format).toBuffer();
    for (const share of [0.1, 0.5])
      await expect(decodePhoto(whole.subarray(0, share * whole.length))).rejects.toMatchObject({ code: 'image' });
  });
});
