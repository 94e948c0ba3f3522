// Finds NaN and infinities in raw bytes of floats: both have all exponent bits set. No element is converted, so
// checking a checkpoint costs little more than reading it.

/** Exponent bits of a float's highest 16 bits (a float64's are looked at as the highest 32). */
const EXPONENTS: Readonly<Record<string, number>> = Object.freeze({
  float16: 0x7c00,
  bfloat16: 0x7f80,
  float32: 0x7f800000,
  float64: 0x7ff00000,
});

/** Whether tensors of a dtype can contain NaN. */
export const canBeNaN = (dtype: string): boolean => Object.hasOwn(EXPONENTS, dtype);

/**
 * Index of the first element that is NaN or infinite, -1 if all are finite.
 * @param bytes whole little-endian elements of a float dtype
 */
export function firstNotFinite(dtype: string, bytes: Uint8Array): number {
  const mask = EXPONENTS[dtype];
  if (mask === undefined) return -1;
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, length } = aligned;
  const words =
    dtype === 'float32' || dtype === 'float64'
      ? new Uint32Array(buffer, byteOffset, length / 4)
      : new Uint16Array(buffer, byteOffset, length / 2);
  const step = dtype === 'float64' ? 2 : 1; // its exponent is in the second word
  for (let i = step - 1; i < words.length; i += step) if ((words[i]! & mask) === mask) return (i - step + 1) / step;
  return -1;
}
