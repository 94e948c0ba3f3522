// The photos of a training, decoded once and kept as bytes: 9,546 of 136 pixels are half a gigabyte and take a quarter of
// a minute. A photo that cannot be read is named and left out.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { object, oneOf, validateJson } from 'photoguard/validate';
import sharp from 'sharp';
import * as z from 'zod/mini';

const text = (): z.ZodMiniType<string> => z.string('a text');
const CAPTIONED_PHOTO = object({
  /** Path in the folder of photos. */
  file: text(),
  caption: text(),
  /** What the photo shows, as in the caption: `rose`, `pair of shoes`. */
  label: text(),
  split: oneOf('train', 'validation'),
});

/** A line of captions.jsonl. */
export type CaptionedPhoto = Readonly<z.output<typeof CAPTIONED_PHOTO>>;

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

/** Photos decoded at a time. */
const AT_ONCE = 16;

/** The captions of a folder of photos. @throws PhotoGuardError `input` for a line that does not fit, with its number */
export async function readCaptions(folder: string): Promise<CaptionedPhoto[]> {
  const path = join(folder, 'captions.jsonl');
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new PhotoGuardError('input', `${path} cannot be read`, { got: String(error) });
  });
  return content
    .split('\n')
    .flatMap((line, i) =>
      line.trim() === '' ? [] : validateJson(CAPTIONED_PHOTO, line, { label: `${path}: line ${i + 1}`, code: 'input' }),
    );
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
