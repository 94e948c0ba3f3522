// The envelope of a signature: COSE_Sign1 (RFC 9052) with the certificates in its protected header, as C2PA has it. The
// library hands over the bytes of the claim and expects the whole envelope, padded to the size that was announced.
import { coseNumber, type Signer, signBytes } from './signer.ts';

/** Room for the signature (at most 512 bytes) and the rest of the envelope. */
const ROOM = 2048;

/** Bytes that the envelope of a signer takes. */
export const envelopeSize = ({ chain }: Pick<Signer, 'chain'>): number =>
  chain.reduce((sum, { length }) => sum + length, ROOM);

/** Signs a claim. @returns the envelope, of {@link envelopeSize} bytes */
export function signClaim(claim: Uint8Array, { key, chain, algorithm }: Omit<Signer, 'name' | 'selfMade'>): Uint8Array {
  const header = Buffer.concat([
    head(MAP, 2),
    ...[head(UNSIGNED, 1), head(NEGATIVE, -1 - coseNumber(algorithm))],
    ...[head(UNSIGNED, 33), head(ARRAY, chain.length), ...chain.map(bytes)],
  ]);
  const signed = Buffer.concat([
    head(ARRAY, 4),
    ...[text('Signature1'), bytes(header), bytes(new Uint8Array()), bytes(claim)],
  ]);
  const signature = signBytes(signed, key, algorithm);
  const padded = (length: number): Buffer =>
    Buffer.concat([
      ...[head(TAG, 18), head(ARRAY, 4), bytes(header)],
      ...[head(MAP, 1), text('pad'), bytes(new Uint8Array(length))],
      ...[Buffer.of(NULL), bytes(signature)],
    ]);
  // With 256 bytes of padding or more, its length always takes three bytes.
  return padded(256 + envelopeSize({ chain }) - padded(256).length);
}

// Major types of CBOR (RFC 8949).
const [UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG] = [0, 1, 2, 3, 4, 5, 6] as const;
const NULL = 0xf6;

function head(major: number, value: number): Buffer {
  const type = major << 5;
  if (value < 24) return Buffer.of(type | value);
  if (value < 2 ** 8) return Buffer.of(type | 24, value);
  if (value < 2 ** 16) return Buffer.of(type | 25, value >> 8, value & 255);
  const long = Buffer.of(type | 26, 0, 0, 0, 0);
  long.writeUInt32BE(value, 1);
  return long;
}
const bytes = (value: Uint8Array): Buffer => Buffer.concat([head(BYTES, value.length), value]);
const text = (value: string): Buffer => Buffer.concat([head(TEXT, value.length), Buffer.from(value)]);
