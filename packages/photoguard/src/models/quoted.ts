// Text from a file or a server inside a message: quoted, on one line, and never long, whatever it holds.

const MOST_CHARACTERS = 80;

/** A value as JSON, cut to 80 characters. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 2 * MOST_CHARACTERS) : value) ?? String(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text;
}
