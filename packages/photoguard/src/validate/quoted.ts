// Text from a file or a server for use in a message: quoted, on one line and short.

const MOST_CHARACTERS = 80;

/** A value as JSON, cut to 80 characters; `none` for undefined. NaN and infinities are shown by name. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number') return String(value);
  const text = toJson(typeof value === 'string' ? value.slice(0, 2 * MOST_CHARACTERS) : value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text;
}

/** A name, quoted unless it is a plain word. */
export const named = (value: unknown): string =>
  typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? value : quoted(value);

// JSON.stringify fails on very deep nesting, and returns undefined for what is not JSON.
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? `a ${typeof value}`;
  } catch {
    return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  }
}
