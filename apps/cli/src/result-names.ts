// Names and formats of results.
import { basename, dirname, extname } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import type { InputFormat, OutputFormat } from 'photoguard/image/node';

/** Default name of a result. */
export const RESULT_NAME = '{name}.immunized';

/** Formats that can be asked for; `same` is the photo's own. */
export const FORMATS = ['png', 'webp', 'jpeg', 'avif', 'same'] as const;

type Format = (typeof FORMATS)[number];

const EXTENSIONS: Readonly<Record<OutputFormat, string>> = { png: '.png', webp: '.webp', jpeg: '.jpg', avif: '.avif' };

/** The format of a photo's result. By default it is lossless; formats that cannot be written become PNG. */
export function chooseFormat(photo: InputFormat, wanted: Format | undefined): OutputFormat {
  if (wanted === undefined) return photo === 'webp' ? 'webp' : 'png';
  if (wanted !== 'same') return wanted;
  return photo === 'tiff' || photo === 'gif' ? 'png' : photo;
}

/**
 * The format that is asked for: with `--ship` JPEG.
 * @throws PhotoGuardError `usage` for another format beside it
 */
export function shippedFormat({
  ship,
  format,
}: {
  readonly ship?: string;
  readonly format?: Format;
}): Format | undefined {
  if (ship === undefined || format === 'jpeg') return format;
  if (format === undefined) return 'jpeg';
  throw new PhotoGuardError('usage', '--ship writes a JPEG', {
    got: `--format ${format} beside it`,
    hint: 'leave --format out',
  });
}

/** The name of a photo's result: the pattern with its fields filled in, and the format's extension. */
export function nameResult(photo: string, pattern: string, format: OutputFormat): string {
  const extension = extname(photo);
  const fields: Readonly<Record<string, string>> = {
    name: basename(photo, extension),
    ext: extension.slice(1),
    folder: basename(dirname(photo)),
  };
  return pattern.replace(/\{(\w+)\}/g, (_, field: string) => fields[field]!) + EXTENSIONS[format];
}

/**
 * @throws PhotoGuardError `usage` for a pattern with unknown fields or a path, or that gives all photos the same name
 */
export function checkPattern(pattern: string): void {
  const refuse = (what: string, hint: string): never => {
    throw new PhotoGuardError('usage', `--name ${what}`, { got: pattern, hint });
  };
  const unknown = [...pattern.matchAll(/\{(.*?)\}/g)].find(([, field]) => !/^(name|ext|folder)$/.test(field!));
  if (unknown) refuse(`does not know the field ${unknown[0]}`, 'the fields are {name}, {ext} and {folder}');
  if (!pattern.includes('{name}'))
    refuse('needs {name}, or all results would have the same name', `the default is ${RESULT_NAME}`);
  if (/[/\\]/.test(pattern))
    refuse('must be a name, not a path', 'choose the folder with -o; --keep-folders keeps subfolders');
}
