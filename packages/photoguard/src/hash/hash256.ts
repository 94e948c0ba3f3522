// A hash of 256 bits: its text, and how many bits two of them differ in. The first byte is the first pair of digits of the
// text, as Meta's programs write it.
import { PhotoGuardError } from '../errors.ts';

/** Bytes of a hash. */
export const PDQ_BYTES = 32;

/** Two photos are usually taken for the same if no more bits than this differ. */
export const PDQ_THRESHOLD = 31;

/** The hash as 64 hexadecimal digits. */
export const hashHex = (hash: Uint8Array): string =>
  Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The hash that a text stands for. @throws PhotoGuardError `input` for anything but 64 hexadecimal digits */
export function parseHash(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new PhotoGuardError('input', 'not a PDQ hash', {
      got: text.length === 64 ? 'other characters than 0-9 and a-f' : `${text.length} characters`,
      hint: 'give 64 hexadecimal digits',
    });
  return Uint8Array.from({ length: PDQ_BYTES }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** In how many of 256 bits two hashes differ; unrelated photos differ in about 128. */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < PDQ_BYTES; i++) bits += BITS[a[i]! ^ b[i]!]!;
  return bits;
}

// Bits of each byte.
const BITS = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);
