/*
 * A mask from a file. The file is inspected like a photo's, so a decompression bomb or a text file gives the same clear
 * error. What its grey values mean is in mask.ts.
 */
import sharp from 'sharp';
import { fitMask, type MaskOptions, maskFromRgb } from '../mask.ts';
import type { Mask, Size } from '../types.ts';
import type { DecodeOptions } from './decode.ts';
import { DEFAULT_LIMIT_PIXELS, decoderSaid, inspect } from './inspect.ts';
import { describeHeader, requireDecodable } from './photo-header.ts';
import { readPhotoFile } from './read-file.ts';

/**
 * Reads a mask for a photo of `size`. Grey is 0.299 R + 0.587 G + 0.114 B as in Pillow; 1 where it is at least one half;
 * alpha is ignored.
 *
 * @throws PhotoGuardError `input` when its shape differs from the photo's (or its size, with `exact`); `image` and
 *   `memory` as for a photo
 */
export async function loadMask(
  source: string | Uint8Array,
  size: Size,
  options: MaskOptions & Pick<DecodeOptions, 'memory'> = {},
): Promise<Mask> {
  const bytes = typeof source === 'string' ? await readPhotoFile(source) : source;
  const inspected = await inspect(bytes, DEFAULT_LIMIT_PIXELS);
  requireDecodable(describeHeader(bytes.length, inspected), options.memory);
  const { format } = inspected;
  const { data, info } = await sharp(bytes, { ignoreIcc: true, autoOrient: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw decoderSaid(cause, format, 'mask is truncated or corrupt');
    });
  return fitMask(maskFromRgb(data, info), size, options);
}
