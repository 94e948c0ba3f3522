// Arrays of numbers one after the other.

/** All of them in one new array of a type. */
export function concat<T extends Float32Array | Uint16Array | Uint8Array>(
  Type: new (length: number) => T,
  parts: readonly ArrayLike<number>[],
): T {
  const out = new Type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
