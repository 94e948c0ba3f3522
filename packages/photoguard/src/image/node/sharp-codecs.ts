// Reads and writes lossy files with sharp.
import sharp, { type Sharp } from 'sharp';
import { PhotoGuardError } from '../../errors.ts';
import type { Codecs, LossyFile } from '../codecs.ts';
import type { Pixels8 } from '../types.ts';

/** Codecs that use sharp. */
export const sharpCodecs: Codecs = Object.freeze({ throughFile });

async function throughFile(pixels: Pixels8, file: LossyFile): Promise<Pixels8> {
  const { width, height, data } = pixels;
  try {
    const raw = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
    return await read(await written(raw, file).toBuffer());
  } catch (cause) {
    throw new PhotoGuardError('input', `this picture cannot be written as ${NAMES[file.format]}`, {
      got: `${width}x${height}: ${(cause as Error).message}`,
      cause,
    });
  }
}

const NAMES = { jpeg: 'JPEG', webp: 'WebP', avif: 'AVIF' } as const;

function written(image: Sharp, { format, quality, chroma }: LossyFile): Sharp {
  if (format === 'webp') return image.webp({ quality });
  return image[format]({ quality, chromaSubsampling: chroma === '420' ? '4:2:0' : '4:4:4' });
}

async function read(file: Buffer): Promise<Pixels8> {
  const rgb = sharp(file, { limitInputPixels: false, ignoreIcc: true }).toColourspace('srgb').removeAlpha().raw();
  const { data, info } = await rgb.toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`sharp gave ${info.channels} channels`);
  const { width, height } = info;
  return { width, height, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
