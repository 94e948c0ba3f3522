// Hashes at random and look-ups among them, by a seed: the same in every process.
import { PDQ_BYTES, PDQ_THRESHOLD } from 'photoguard/hash';
import { HashIndex } from '../../apps/service/src/registry/hash-index.ts';

/** An index of so many hashes. @param onHash called for each, which is overwritten afterwards */
export function filledIndex(size: number, onHash: (hash: Uint8Array, i: number) => void): HashIndex {
  const random = randomBytes(1);
  const index = new HashIndex(size);
  const hash = new Uint8Array(PDQ_BYTES);
  for (let i = 0; i < size; i++) {
    for (let byte = 0; byte < PDQ_BYTES; byte++) hash[byte] = random();
    index.add(hash);
    onHash(hash, i);
  }
  return index;
}

/** Look-ups: each of the given hashes with as many bits changed as count, and as many of nobody. */
export function lookUpsFor(enrolled: readonly Uint8Array[], random: () => number): Uint8Array[] {
  return enrolled.flatMap((hash) => [
    withChanged(hash, random),
    Uint8Array.from({ length: PDQ_BYTES }, () => random()),
  ]);
}

/** A hash with as many bits changed as count. */
export function withChanged(hash: Uint8Array, random: () => number): Uint8Array {
  const changed = Uint8Array.from(hash);
  const bits = new Set<number>();
  while (bits.size < PDQ_THRESHOLD) bits.add(random());
  for (const bit of bits) changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}

/** Bytes by a seed (xorshift32). */
export function randomBytes(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  };
}
