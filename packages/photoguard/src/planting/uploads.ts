// What happens to a part of a photo on its way to the editor, which cuts and scales it to its own size: half of the time
// nothing more, else JPEG, a smaller copy, both, or a crop.
import { cropPixels, type Pixels8, pillowResize } from '../image/index.ts';
import { sharpCodecs } from '../image/node/index.ts';
import type { Draws } from '../training/index.ts';

const KEPT_AS_IT_IS = 0.5;
const QUALITY = [50, 95] as const;
const LEAST_SCALE = 0.4;
const MOST_CROP = 0.15;

/** A chain of uploads. */
export interface Upload {
  /** JPEG's quality; undefined: none. */
  readonly quality?: number;
  /** Scale of both sides, at most 1. */
  readonly scale: number;
  /** Share of both sides that is cut off, and how much of that at the left and at the top. */
  readonly crop: number;
  readonly left: number;
  readonly top: number;
}

/** Draws a chain. */
export function drawUpload(draws: Draws): Upload {
  const isKept = draws.next() < KEPT_AS_IT_IS;
  const kind = draws.pick(['jpeg', 'scale', 'both', 'crop'] as const);
  const quality = draws.between(...QUALITY);
  const scale = LEAST_SCALE + (1 - LEAST_SCALE) * draws.next();
  const [crop, left, top] = [MOST_CROP * draws.next(), draws.next(), draws.next()];
  if (isKept) return { scale: 1, crop: 0, left, top };
  return {
    ...((kind === 'jpeg' || kind === 'both') && { quality }),
    ...{ scale: kind === 'scale' || kind === 'both' ? scale : 1, crop: kind === 'crop' ? crop : 0, left, top },
  };
}

/** A square picture after its upload, at the editor's size. */
export async function uploadTo(side: number, picture: Pixels8, upload: Upload): Promise<Pixels8> {
  const { quality, scale, crop, left, top } = upload;
  const kept = Math.max(1, Math.round(picture.width * (1 - crop)));
  const free = picture.width - kept;
  const cropped = cropPixels(picture, {
    ...{ left: Math.round(free * left), top: Math.round(free * top), width: kept, height: kept },
  });
  const scaled = resized(cropped, Math.max(1, Math.round(kept * scale)), 'bicubic');
  const sent =
    quality === undefined ? scaled : await sharpCodecs.throughFile(scaled, { format: 'jpeg', quality, chroma: '420' });
  return resized(sent, side, 'lanczos3');
}

/** A square picture at another size. */
export function resized(picture: Pixels8, side: number, filter: 'bicubic' | 'lanczos3'): Pixels8 {
  if (picture.width === side) return picture;
  const size = { width: side, height: side };
  return { ...size, channels: 3, data: pillowResize(picture.data, picture, 3, size, filter) };
}
