// Versions of photos: a photo is cut several times, perhaps mirrored, each time with its own mask. The latents of all
// versions are computed once, and training uses them instead of new crops.
import { crc32 } from 'node:zlib';
import { Draws } from 'photoguard/training';
import { versionStream } from '../common/streams.ts';
import { centreSquare, cut, randomSquare } from './crops.ts';
import { drawMask } from './masks.ts';
import type { CaptionedPhoto, PhotoBytes } from './photo-set.ts';

/** A version of a photo. */
export interface Version {
  /** Index of the photo. */
  readonly photo: number;
  /** From 0; odd ones are mirrored. */
  readonly version: number;
}

/** How many versions a photo of a kind has, and how often training uses one of them. */
interface KindRule {
  readonly versions: number;
  readonly weight: number;
}

/** Portraits are few, so they are cut more often; clothes look alike. As in the lab's recipe. */
const KINDS: Readonly<Record<string, KindRule>> = {
  clothing: { versions: 2, weight: 0.4 },
  portraits: { versions: 4, weight: 0.5 },
};
const OTHERS: KindRule = { versions: 2, weight: 0.5 };

/** The kind of a photo: its folder. */
export const folderKind = ({ file }: Pick<CaptionedPhoto, 'file'>): string =>
  file.includes('/') ? file.split('/')[0]! : '';

const findRule = (row: CaptionedPhoto): KindRule =>
  row.split === 'validation' ? { versions: 1, weight: 0 } : (KINDS[folderKind(row)] ?? OTHERS);

/** How often training uses a version of a photo; 0: it is for validation. */
export const findWeight = (row: CaptionedPhoto): number => findRule(row).weight;

/** All versions: the first of each photo, then the second of those that have one, and so on. */
export function listVersions(rows: readonly CaptionedPhoto[]): Version[] {
  const most = Math.max(0, ...rows.map((row) => findRule(row).versions));
  return Array.from({ length: most }, (_, version) => version).flatMap((version) =>
    [...rows.keys()].filter((i) => version < findRule(rows[i]!).versions).map((photo) => ({ photo, version })),
  );
}

/** A version's pixels, interleaved bytes [side, side, 3], and its mask [side, side], 1 where it is repainted. */
export interface Example {
  readonly rgb: Uint8Array;
  readonly mask: Uint8Array;
}

/** Makes a version. It depends only on the seed, the photo's name and the version. */
export function makeExample(
  row: CaptionedPhoto,
  photo: PhotoBytes,
  version: number,
  { seed, side }: { readonly seed: number; readonly side: number },
): Example {
  const draws = new Draws(seed, versionStream(crc32(`${row.file} ${version}`)));
  const kind = folderKind(row);
  const square = row.split === 'validation' ? centreSquare(photo, kind) : randomSquare(photo, kind, draws);
  const rgb = cut(photo, square, side);
  return { rgb: version % 2 === 1 ? mirrored(rgb, side) : rgb, mask: drawMask(draws, side).data };
}

function mirrored(rgb: Uint8Array, side: number): Uint8Array {
  const out = new Uint8Array(rgb.length);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const from = (y * side + x) * 3;
      out.set(rgb.subarray(from, from + 3), (y * side + side - 1 - x) * 3);
    }
  return out;
}
