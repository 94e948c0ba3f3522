// Pixels to files, by codecs in wasm: PNG, which is lossless, for results, and JPEG for what an upload does to them.
import encodePng from '@jsquash/png/encode.js';
import {
  type Codecs,
  type Encoded,
  embedMetadata,
  type LossyFile,
  type PhotoMetadata,
  type Pixels8,
} from 'photoguard/image';
import { fromRgba, toRgba } from './rgba.ts';

/** A PNG with the metadata. */
export async function encodePhoto(
  pixels: Pixels8,
  alpha: Uint8Array | undefined,
  metadata: PhotoMetadata,
): Promise<Encoded> {
  const plain = new Uint8Array(await encodePng(toRgba(pixels, alpha)));
  return embedMetadata(plain, 'png', metadata, pixels, true);
}

/** Codecs of the page. Only JPEG is written. */
export const wasmCodecs: Codecs = { throughFile };

// libjpeg-turbo's tables (Annex K); mozjpeg rounds coefficients in its own way, so files differ a little.
async function throughFile(pixels: Pixels8, { quality, chroma }: LossyFile): Promise<Pixels8> {
  const [{ default: encode }, { default: decode }] = await Promise.all([
    import('@jsquash/jpeg/encode.js'),
    import('@jsquash/jpeg/decode.js'),
  ]);
  const file = await encode(toRgba(pixels), {
    ...{ quality, baseline: true, progressive: false, quant_table: 0 },
    ...{ auto_subsample: false, chroma_subsample: chroma === '420' ? 2 : 1 },
  });
  return fromRgba(await decode(file)).pixels;
}
