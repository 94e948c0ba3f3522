// A field of a form that is JSON.
import type { z } from '@hono/zod-openapi';
import { Problem } from './problem.ts';

/** Reads it; absent: an empty object. @throws Problem 400 that says which value is wrong */
export function readJson<T extends z.ZodType>(name: string, text: string | undefined, schema: T): z.infer<T> {
  let given: unknown;
  try {
    given = JSON.parse(text ?? '{}', (key, value) => (isStorable(key) && isStorable(value) ? value : refuse()));
  } catch {
    throw new Problem(400, name, `${name}: expected JSON, of whole characters`);
  }
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  throw new Problem(400, name, `${[name, ...path].join('.')}: ${message}`);
}

/** Whether it can be stored: neither the database nor the command takes a NUL or half a character. */
export const isStorable = (value: unknown): boolean =>
  typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0'));

const refuse = (): never => {
  throw new Error('not storable');
};
