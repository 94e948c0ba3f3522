// The photos of a cache: shuffled, so that the first n of them are a fair sample, decoded, and with the colour of their
// subject. Those that cannot be read are named and left out.
import { PhotoGuardError } from 'photoguard/errors';
import { Draws } from 'photoguard/training';
import { STREAMS } from '../common/streams.ts';
import { type Colour, colourWord } from './colours.ts';
import { centreSquare, cut } from './crops.ts';
import { type CaptionedPhoto, loadPhotos, type PhotoBytes, readCaptions } from './photo-set.ts';
import { folderKind } from './versions.ts';

/** Photos that can be read. */
export interface PreparedPhotos {
  readonly rows: readonly CaptionedPhoto[];
  /** One a row. */
  readonly photos: readonly PhotoBytes[];
  /** Photos that cannot be read, by the reason. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Which photos to use. */
export interface PhotoOptions {
  /** Folder with captions.jsonl. */
  readonly photos: string;
  /** Most photos from the shuffled list; default: all. */
  readonly limit?: number;
  /** Pixels of a version's side: a photo has at least half of it. */
  readonly side: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Side of the picture used for finding colours. */
const COLOUR_SIDE = 64;

/** Reads photos. @throws PhotoGuardError `input` if there is none to train on */
export async function preparePhotos(options: PhotoOptions): Promise<PreparedPhotos> {
  const { photos: folder, limit, seed, side, signal } = options;
  const all = shuffled(await readCaptions(folder), new Draws(seed, STREAMS.photoOrder)).slice(0, limit);
  const { photos, unreadable } = await loadPhotos(
    folder,
    all.map(({ file }) => file),
    Math.ceil(side / 2),
    { signal },
  );
  const byFile = new Map(photos.map((photo) => [photo.file, photo]));
  const rows = all.filter(({ file }) => byFile.has(file));
  if (rows.every(({ split }) => split === 'validation'))
    throw new PhotoGuardError('input', `${folder}: there is no photo to train on that can be read`, {
      got: `${unreadable.size} that cannot be read of ${all.length}`,
    });
  return { rows, photos: rows.map(({ file }) => byFile.get(file)!), unreadable };
}

function shuffled<T>(from: readonly T[], draws: Draws): T[] {
  const out = [...from];
  for (let i = out.length - 1; i > 0; i--) {
    const j = draws.between(0, i);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** The colour of a photo's subject, if it is clear; people have none. */
export function colourOfPhoto(row: CaptionedPhoto, photo: PhotoBytes): Colour | undefined {
  const kind = folderKind(row);
  if (kind === 'portraits') return undefined;
  return colourWord(cut(photo, centreSquare(photo, kind), COLOUR_SIDE), COLOUR_SIDE, kind);
}
