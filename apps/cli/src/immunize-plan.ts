// Plans a whole batch before any work: which photos there are, where each result goes, and everything that can be wrong
// with that. A missing folder must not be found after an hour of computing.
import { PhotoGuardError } from 'photoguard/errors';
import { type PhotoHeader, photoHeader } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import { requireKept } from 'photoguard/view';
import type { Budget } from './budget.ts';
import { findPhotos } from './find-photos.ts';
import { givenMask, maskFile, readMaskHeader } from './given-mask.ts';
import { partFile } from './given-preference.ts';
import { type PlacedPhoto, placePhotos, type Readable } from './immunize-places.ts';
import { namesFile } from './outputs.ts';
import { checkPattern, RESULT_NAME } from './result-names.ts';
import type { ImmunizeOptions } from './settings.ts';
import { readTarget, targetFile } from './targets.ts';

/** A batch. */
export interface Plan {
  readonly photos: readonly PlacedPhoto[];
  /** Photos that cannot be read, and why. */
  readonly failed: readonly { readonly input: string; readonly error: PhotoGuardError }[];
  /** Notes about what was left out. */
  readonly notes: readonly string[];
  /** Files that must stay as they are. */
  readonly originals: readonly string[];
  /** Of the mask, where it is a file. */
  readonly maskHeader?: PhotoHeader;
}

/**
 * Plans a batch, and creates the folders of its results.
 * @throws PhotoGuardError `usage` or `input` for an invalid command line, `unwritable` for folders
 */
export async function planBatch(args: readonly string[], options: ImmunizeOptions, budget: Budget): Promise<Plan> {
  checkPattern(options.name ?? RESULT_NAME);
  const output = options.output !== undefined && !(await namesFile(options.output)) ? options.output : undefined;
  const found = await findPhotos(args, { recursive: options.recursive ?? false, output });
  const notes = [...found.notes];
  const failed: { input: string; error: PhotoGuardError }[] = [];
  const readable: Readable[] = [];
  for (const photo of found.photos)
    try {
      readable.push({ ...photo, header: await photoHeader(photo.input) });
    } catch (error) {
      if (!(error instanceof PhotoGuardError)) throw error;
      failed.push({ input: photo.input, error });
    }
  const isResult = ({ header }: Readable): boolean => readRecord(header.xmp).record !== undefined;
  const kept = found.several && !options.force ? readable.filter((photo) => !isResult(photo)) : readable;
  if (kept.length < readable.length)
    notes.push(
      `${readable.length - kept.length} left out: by their records they are immunized already (--force includes them)`,
    );
  const originals = [...found.photos.map(({ input }) => input), ...givenFiles(options)];
  const mask = await readMaskHeader(options.mask, budget);
  await checkGiven(kept, options, budget);
  const photos = await placePhotos(kept, found.several, originals, options);
  return { photos, failed, notes, originals, ...(mask && { maskHeader: mask }) };
}

// Files that the user gave besides the photos, which must not be changed.
const givenFiles = (options: ImmunizeOptions): string[] =>
  [maskFile(options.mask), targetFile(options.target), ...[options.spare, options.favour].map(partFile)].filter(
    (file) => file !== undefined,
  );

// The mask for each size that photos have, and the target.
async function checkGiven(photos: readonly Readable[], options: ImmunizeOptions, budget: Budget): Promise<void> {
  const { mask } = options;
  const target = targetFile(options.target);
  if (target !== undefined) await readTarget(target, budget);
  if (maskFile(mask) === undefined) return;
  const sizes = new Map(
    photos.map(({ input, header }) => [`${header.width}x${header.height}`, { input, size: header }]),
  );
  for (const { input, size } of sizes.values())
    try {
      requireKept(await givenMask(mask, size, budget));
    } catch (cause) {
      if (!(cause instanceof PhotoGuardError) || sizes.size === 1) throw cause;
      throw new PhotoGuardError(cause.code, `${input}: ${cause.message}`, { cause });
    }
}
