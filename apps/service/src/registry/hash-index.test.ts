// Recall against brute force: an index must find every hash within the distance and no other, with narrow parts and with wide
// ones, while it grows, and after removals.
import fc from 'fast-check';
import { hammingDistance } from 'photoguard/hash';
import { describe, expect, it } from 'vitest';
import { HashIndex } from './hash-index.ts';
import { MOST_DISTANCE, partsFor } from './layout.ts';

const random = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** The hash with some bits changed. */
function changed(hash: Uint8Array, bits: readonly number[]): Uint8Array {
  const copy = hash.slice();
  for (const bit of new Set(bits)) copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

describe.each([
  ['narrow', 1],
  ['wide', 1_000_000],
])('%s parts', (_, capacity) => {
  it('cut all 256 bits, each once, and leave no pair within the distance unseen', () => {
    const parts = partsFor(capacity);
    expect(parts.reduce((sum, { bits }) => sum + bits, 0)).toBe(256);
    for (const [i, { start }] of parts.entries())
      expect(start).toBe(i === 0 ? 0 : parts[i - 1]!.start + parts[i - 1]!.bits);
    // The nearest pair that no part sees has one bit more than the radius in each.
    expect(parts.reduce((sum, { radius }) => sum + radius + 1, 0)).toBeGreaterThan(MOST_DISTANCE);
  });
});

it.each([
  ['narrow', 1024, 60],
  ['wide', 400_000, 3],
])('finds what brute force finds, with %s parts', (_, capacity, numRuns) => {
  fc.assert(
    fc.property(
      random,
      fc.array(fc.array(fc.nat(255), { maxLength: 40 }), { minLength: 1, maxLength: 60 }),
      fc.array(random, { maxLength: 60 }),
      fc.nat(40),
      (query, near, others, removed) => {
        const hashes = [...near.map((bits) => changed(query, bits)), ...others];
        const index = new HashIndex(capacity);
        for (const hash of hashes) index.add(hash);
        if (removed < hashes.length) index.remove(removed);
        const expected = hashes
          .map((hash, at) => ({ index: at, distance: hammingDistance(hash, query) }))
          .filter(({ index: at, distance }) => distance <= MOST_DISTANCE && at !== removed)
          .sort((a, b) => a.distance - b.distance || a.index - b.index);
        expect(index.find(query)).toEqual(expected);
      },
    ),
    { numRuns, seed: 1 },
  );
});

it('finds a pair at the very distance, wherever its bits are, and none one bit further', () => {
  const parts = partsFor(1);
  const index = new HashIndex();
  const query = new Uint8Array(32);
  // Two bits in each part but one, which has one: the hardest pair there is.
  const hardest = parts.flatMap(({ start }, i) => (i === 7 ? [255 - start] : [255 - start, 254 - start]));
  index.add(changed(query, hardest));
  expect(index.find(query)).toEqual([{ index: 0, distance: 31 }]);
  index.add(changed(query, [...hardest, 255 - parts[7]!.start - 1]));
  expect(index.find(query)).toHaveLength(1);
});

it('keeps what it has while it grows', () => {
  let state = 1;
  const byte = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  const hashes = Array.from({ length: 3000 }, () => Uint8Array.from({ length: 32 }, byte));
  const index = new HashIndex(1);
  for (const [i, hash] of hashes.entries()) expect(index.add(hash)).toBe(i);
  for (const i of [0, 1023, 1024, 2047, 2048, 2999])
    expect(index.find(changed(hashes[i]!, [3, 77, 200]))).toEqual([{ index: i, distance: 3 }]);
});
