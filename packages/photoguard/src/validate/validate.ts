/*
 * Checks all data from outside: configurations of models, records in photos, results and plans on disk. A schema says
 * what is expected, and its fields say so in words (fields.ts); a mismatch is one clear error that names the key, what
 * it must be, and what it is. Schemas are zod's, by `zod/mini`: it does not use `new Function`, which pages may forbid,
 * and adds 23 kB to a page's bundle, where all of zod adds 94.
 */
import * as z from 'zod/mini';
import { type ErrorCode, PhotoGuardError } from '../errors.ts';
import { quoted } from './quoted.ts';

/** Where data comes from, for messages. */
export interface Source {
  /** Its name in messages: `scheduler_config.json`, a path. */
  readonly label: string;
  /** Code of the error. */
  readonly code: ErrorCode;
  /** What to do about it. */
  readonly hint?: string;
}

/**
 * A value as its schema gives it.
 * @throws PhotoGuardError of the source's code for the first mismatch: `scheduler_config.json: beta_start must be a
 *   number from 0 to 1 (got "x")`
 */
export function validate<T>(schema: z.ZodMiniType<T>, value: unknown, { label, code, hint }: Source): T {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new PhotoGuardError(code, `${label}: ${pathText(path) || 'it'} must be ${message}`, {
    got: quoted(valueAt(value, path)),
    hint,
  });
}

/**
 * Parses a JSON text and checks its value.
 * @throws PhotoGuardError of the source's code for a text that is not JSON, and like {@link validate}
 */
export const validateJson = <T>(schema: z.ZodMiniType<T>, text: string, source: Source): T =>
  validate(schema, parseJson(text, source), source);

/** The value of a JSON text. @throws PhotoGuardError of the source's code for a text that is not JSON */
export function parseJson(text: string, { label, code, hint }: Source): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PhotoGuardError(code, `${label}: not valid JSON`, {
      ...{ got: quoted(text), cause },
      hint,
    });
  }
}

/** The value of a JSON text, such as a line of a log; undefined where it is not JSON or does not fit. */
export function fittingJson<T>(schema: z.ZodMiniType<T>, text: string): T | undefined {
  try {
    return z.safeParse(schema, JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

// `models[2].ref`; a key that is not a plain word is quoted, since it may come from the data.
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (/^[\w-]{1,80}$/.test(String(key))) return text === '' ? String(key) : `${text}.${String(key)}`;
    return `${text}[${quoted(String(key))}]`;
  }, '');

// Own properties only: a key such as `constructor` must not lead out of the data.
const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
