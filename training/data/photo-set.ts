// The photos of a training, decoded once and kept as bytes: 9,546 of 136 pixels are half a gigabyte and take a quarter of
// a minute. A photo that cannot be read is named and left out.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import sharp from 'sharp';

/** A line of captions.jsonl. */
export interface CaptionedPhoto {
  /** Path in the folder of photos. */
  readonly file: string;
  readonly caption: string;
  readonly label: string;
  readonly split: 'train' | 'validation';
}

/** A decoded photo: `data[(y * width + x) * 3 + channel]`. */
export interface PhotoBytes {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Photos, and those that could not be read, by the reason. */
export interface PhotoSet {
  readonly photos: readonly PhotoBytes[];
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Photos that are decoded at a time. */
const AT_ONCE = 16;

/** The captions of a folder of photos. @throws PhotoGuardError `input` for a line that is none */
export async function readCaptions(folder: string): Promise<CaptionedPhoto[]> {
  const path = join(folder, 'captions.jsonl');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new PhotoGuardError('input', `${path} cannot be read`, { got: String(error) });
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, i) => {
    const row = parsed(line) as Partial<CaptionedPhoto> | null;
    if (typeof row?.file === 'string' && typeof row.caption === 'string' && typeof row.split === 'string')
      return row as CaptionedPhoto;
    throw new PhotoGuardError('input', `${path}: line ${i + 1} needs file, caption, label and split`, { got: line });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Decodes files of a folder whose sides have at least `side` pixels. */
export async function loadPhotos(
  folder: string,
  files: readonly string[],
  side: number,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<PhotoSet> {
  const photos: (PhotoBytes | undefined)[] = new Array(files.length);
  const unreadable = new Map<string, string>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < files.length) {
      signal?.throwIfAborted();
      const i = next++;
      try {
        photos[i] = await decode(folder, files[i]!, side);
      } catch (error) {
        unreadable.set(files[i]!, error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { photos: photos.filter((photo) => photo !== undefined), unreadable };
}

async function decode(folder: string, file: string, side: number): Promise<PhotoBytes> {
  const image = sharp(join(folder, file)).rotate().toColourspace('srgb').removeAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  if (Math.min(info.width, info.height) < side) throw new Error(`${info.width}x${info.height} is below ${side}`);
  return { file, width: info.width, height: info.height, data };
}
