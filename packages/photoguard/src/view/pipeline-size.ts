// The size at which an autoencoder's own editing pipeline sees a photo, in the arithmetic of diffusers: FLUX.2 cuts to its
// multiple at the centre, Qwen-Image resizes to about a megapixel, others take the size asked for. An attack through a view
// of this size sees what the editor sees, to the pixel.
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import type { Encoder } from '../models/index.ts';

/** What a pipeline makes of a photo: resized to one size, then cut at the centre to another. Options of a `View`. */
export interface PipelineSize {
  readonly resized: Size;
  readonly size: Size;
}

/** What both sides of a size must be a multiple of: what the pipeline asks for, or else the autoencoder alone. */
export const sideMultiple = ({ preparation, factor }: Pick<Encoder, 'preparation' | 'factor'>): number =>
  preparation?.multiple ?? factor;

/**
 * See the head of this file.
 * @param asked the size asked of a pipeline that takes any; default: the photo's own
 * @throws PhotoGuardError `input` for a photo with a side below the multiple
 */
export function pipelineSize(
  encoder: Pick<Encoder, 'architecture' | 'preparation' | 'factor'>,
  photo: Size,
  asked: Size = photo,
): PipelineSize {
  const multiple = sideMultiple(encoder);
  const { fit = 'asked', area = Number.POSITIVE_INFINITY } = encoder.preparation ?? {};
  if (fit === 'area') return same(ofArea(photo, area, multiple));
  const resized = fit === 'crop' ? atMost(photo, area) : asked;
  const size = { width: floored(resized.width, multiple), height: floored(resized.height, multiple) };
  if (Math.min(size.width, size.height) === 0)
    throw new PhotoGuardError('input', `both sides must be at least ${multiple} pixels for ${encoder.architecture}`, {
      got: `${resized.width}x${resized.height}`,
    });
  return fit === 'crop' ? { resized, size } : same(size);
}

const same = (size: Size): PipelineSize => ({ resized: size, size });
const floored = (side: number, multiple: number): number => Math.floor(side / multiple) * multiple;

function atMost(photo: Size, area: number): Size {
  if (photo.width * photo.height <= area) return photo;
  const scale = Math.sqrt(area / (photo.width * photo.height));
  return { width: Math.trunc(photo.width * scale), height: Math.trunc(photo.height * scale) };
}

function ofArea({ width, height }: Size, area: number, multiple: number): Size {
  const wide = Math.sqrt(area * (width / height));
  const rounded = (side: number): number => Math.max(1, halfToEven(side / multiple)) * multiple;
  return { width: rounded(wide), height: rounded(wide / (width / height)) };
}

// As Python rounds.
function halfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below === 0.5) return below % 2 === 0 ? below : below + 1;
  return Math.round(value);
}
