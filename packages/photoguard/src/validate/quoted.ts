// Text from a file or a server inside a message: quoted, on one line, and never long, whatever it holds.

const MOST_CHARACTERS = 80;

/** A value as JSON, cut to 80 characters; `none` for undefined. Numbers that JSON lacks are shown by name. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number') return String(value);
  const text = toJson(typeof value === 'string' ? value.slice(0, 2 * MOST_CHARACTERS) : value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text;
}

/** A name as it is, or quoted where it is no plain word. */
export const named = (value: unknown): string =>
  typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? value : quoted(value);

// What is nested a hundred thousand deep is too much for JSON.stringify, and what is no JSON may have none.
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? `a ${typeof value}`;
  } catch {
    return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  }
}
