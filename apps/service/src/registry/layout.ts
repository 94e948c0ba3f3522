// How an index cuts a hash of 256 bits into parts. If two hashes differ in at most 31 bits, then for any radii whose sum is
// 32 - (number of parts) there is a part in which they differ in no more bits than its radius (otherwise each part has one
// bit more than its radius, 32 in all). So it is enough to look up each part and what is within its radius. Few wide parts
// need more look-ups, many narrow ones give more candidates that have to be compared: which is better depends on how many
// hashes there are.

/** The largest distance that is found. */
export const MOST_DISTANCE = 31;

/** A part of the hash. */
export interface Part {
  /** Its first bit and how many it has, at most 24. */
  readonly start: number;
  readonly bits: number;
  /** In how many bits a part is looked up. */
  readonly radius: number;
  /** What to change in a part for all that is within the radius: 0 first. */
  readonly changes: Uint32Array;
}

// Pairs of bits and radius, as [how many, bits, radius].
const NARROW = [[16, 16, 1]] as const;
const WIDE = [
  [8, 23, 2],
  [2, 24, 2],
  [1, 24, 1],
] as const;

/** From how many hashes on wide parts are faster. */
const MANY = 400_000;

/** The parts for so many hashes. */
export function partsFor(capacity: number): readonly Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const [count, bits, radius] of capacity < MANY ? NARROW : WIDE)
    for (let i = 0; i < count; i++, start += bits)
      parts.push({ start, bits, radius, changes: changesOf(bits, radius) });
  return parts;
}

function changesOf(bits: number, radius: number): Uint32Array {
  const changes = [0];
  for (let a = 0; a < bits; a++) changes.push(2 ** a);
  if (radius > 1) for (let a = 0; a < bits; a++) for (let b = 0; b < a; b++) changes.push(2 ** a + 2 ** b);
  return Uint32Array.from(changes);
}
