// The photos of an evaluation, and the prompt of each. They are those in a folder, or those listed in a captions file:
// JSON lines with `file` (relative to the folder), `caption`, and optionally `label` and `split`. Problems with single
// photos are reported by name, and the rest is used.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import { sha256 } from '../report/node/index.ts';
import { fittingJson, object } from '../validate/index.ts';

/** A photo of the list. */
export interface ListedPhoto {
  /** Path relative to the folder, with slashes. */
  readonly file: string;
  /** Prompt of its edits. */
  readonly prompt: string;
}

/** Something that was left out, and why. */
export interface Problem {
  /** A photo, or a line of the captions file. */
  readonly name: string;
  readonly reason: string;
}

/** Options of {@link listPhotos}. */
export interface ListOptions {
  /** JSON lines. Default: captions.jsonl in the folder, if it exists. */
  readonly captions?: string;
  /** Only photos of this split. */
  readonly split?: string;
  /** Prompt of photos that have no caption. */
  readonly prompt?: string;
  /** Folders that may be inside the folder of photos but contain none: of the report, of masks. */
  readonly except?: readonly string[];
  /** Seed of the order. */
  readonly seed: number;
}

const CAPTION = object({ file: z.string(), caption: z.optional(z.string()), split: z.optional(z.string()) });
type Caption = z.output<typeof CAPTION>;

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.gif']);

/**
 * Photos in the order of evaluation, shuffled by seed, so that any first part is a fair sample, and a larger number
 * includes all photos of a smaller one. Also what was left out.
 * @throws PhotoGuardError `input` for a folder or captions file that cannot be read, or if no photo is left
 */
export async function listPhotos(
  folder: string,
  options: ListOptions,
): Promise<{ readonly photos: readonly ListedPhoto[]; readonly problems: readonly Problem[] }> {
  const { split, prompt, seed, except = [] } = options;
  const files = await photoFiles(folder, except);
  const problems: Problem[] = [];
  const captions = await readCaptions(folder, options, problems);
  if (split !== undefined && !captions)
    throw new PhotoGuardError('input', `a split needs a captions file that names it`, { got: `--split ${split}` });
  const listed = captions?.filter((one) => split === undefined || one.split === split);
  const chosen: ListedPhoto[] = [];
  const seen = new Set<string>();
  const leaveOut = (name: string, reason: string): void => void problems.push({ name, reason });
  for (const { file, caption = prompt } of listed ?? files.map((file): Caption => ({ file }))) {
    if (!files.includes(file)) leaveOut(file, 'it is in the captions but not in the folder');
    else if (seen.has(file)) leaveOut(file, 'the captions list it twice: the first entry counts');
    else if (caption === undefined) leaveOut(file, 'it has no caption, and there is no --prompt for such photos');
    else chosen.push({ file, prompt: caption });
    seen.add(file);
  }
  if (captions && split === undefined)
    for (const file of files)
      if (!captions.some((one) => one.file === file)) {
        if (prompt === undefined) leaveOut(file, 'it is in the folder but not in the captions');
        else chosen.push({ file, prompt });
      }
  if (chosen.length === 0)
    throw new PhotoGuardError('input', `${folder}: no photo to evaluate`, {
      got: problems[0] ? `${problems.length} left out, first ${problems[0].name}: ${problems[0].reason}` : 'none',
      hint: 'a photo needs a prompt: --captions file.jsonl, or --prompt',
    });
  const order = new Map(chosen.map(({ file }) => [file, sha256(`${seed} ${file}`)]));
  chosen.sort((a, b) => (order.get(a.file)! < order.get(b.file)! ? -1 : 1));
  return { photos: chosen, problems };
}

// Hidden files are not photos: they belong to other programs, or to earlier reports.
async function photoFiles(folder: string, except: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new PhotoGuardError('input', `the folder of photos cannot be read`, { got: `${code} at ${folder}`, cause });
  });
  return entries
    .filter((entry) => !entry.isDirectory() && EXTENSIONS.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !except.some((other) => isInside(other, folder) && isInside(path, other)))
    .map((path) => relative(folder, path).split(sep))
    .filter((parts) => !parts.some((part) => part.startsWith('.')))
    .map((parts) => parts.join('/'))
    .sort();
}

const isInside = (path: string, folder: string): boolean => resolve(path).startsWith(join(resolve(folder), sep));

async function readCaptions(
  folder: string,
  { captions }: ListOptions,
  problems: Problem[],
): Promise<Caption[] | undefined> {
  const beside = join(folder, 'captions.jsonl');
  const path = captions ?? (existsSync(beside) ? beside : undefined);
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PhotoGuardError('input', 'the captions cannot be read', { got: path, cause });
  });
  const found: Caption[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const caption = fittingJson(CAPTION, line);
    if (caption) found.push(caption);
    else problems.push({ name: `${path}:${i + 1}`, reason: 'not a JSON object with a file and a caption, as text' });
  }
  return found;
}
