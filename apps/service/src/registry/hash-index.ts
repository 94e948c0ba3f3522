// Finds the hashes within a distance of 31 bits of 256, all of them and no others (multi-index hashing, Norouzi et al. 2012,
// by the parts of layout.ts). For each part there is a table of chains: `heads` has the last hash whose part has that value,
// `next` the one before it. So hashes can be added at any time, and an index of ten million takes 1.3 GB.
import { MOST_DISTANCE, type Part, partsFor } from './layout.ts';

const WORDS = 8;

/** A hash that was found. */
export interface Found {
  /** Which: the number that `add` gave it. */
  readonly index: number;
  readonly distance: number;
}

interface Table extends Part {
  /** 2^bits; 0: none, else the index of a hash plus 1. */
  readonly heads: Uint32Array;
  /** One for each hash. */
  readonly next: Uint32Array;
}

/** An index in memory. */
export class HashIndex {
  #capacity: number;
  #size = 0;
  #words: Uint32Array;
  #tables: readonly Table[];
  #removed: Uint8Array;
  /** The look-up that last met each hash, so that none is compared twice. */
  #met: Uint32Array;
  #lookups = 0;

  /** @param capacity how many hashes are expected; it grows beyond, which takes a moment */
  constructor(capacity = 10_000) {
    this.#capacity = Math.max(1024, Math.ceil(capacity));
    this.#words = new Uint32Array(WORDS * this.#capacity);
    this.#removed = new Uint8Array(this.#capacity);
    this.#met = new Uint32Array(this.#capacity);
    this.#tables = makeTables(this.#capacity);
  }

  /** How many hashes were added, removed ones included. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    const tables = this.#tables.reduce((sum, { heads, next }) => sum + heads.byteLength + next.byteLength, 0);
    return this.#words.byteLength + this.#removed.byteLength + this.#met.byteLength + tables;
  }

  /** Adds a hash of 32 bytes. @returns its number: 0, 1, 2 ... */
  add(hash: Uint8Array): number {
    if (this.#size === this.#capacity) this.#grow();
    const index = this.#size++;
    this.#words.set(wordsOf(hash), WORDS * index);
    for (const table of this.#tables) this.#enter(table, index);
    return index;
  }

  /** Leaves a hash out of what is found from now on. */
  remove(index: number): void {
    this.#removed[index] = 1;
  }

  /** The hashes that differ from the given one in at most so many bits; 31 at most. Nearest first. */
  find(hash: Uint8Array, most = MOST_DISTANCE): Found[] {
    if (++this.#lookups === 2 ** 32) {
      this.#met.fill(0);
      this.#lookups = 1;
    }
    const [words, lookup, met] = [this.#words, this.#lookups, this.#met];
    const query = wordsOf(hash);
    const found: Found[] = [];
    for (const { heads, next, changes, start, bits } of this.#tables) {
      const part = partOf(query, 0, start, bits);
      for (let k = 0; k < changes.length; k++) {
        let entry = heads[(part ^ changes[k]!) >>> 0]!;
        while (entry !== 0) {
          const index = entry - 1;
          entry = next[index]!;
          if (met[index] === lookup) continue;
          met[index] = lookup;
          const distance = distanceAt(words, WORDS * index, query, most);
          if (distance <= most && this.#removed[index] === 0) found.push({ index, distance });
        }
      }
    }
    return found.sort((a, b) => a.distance - b.distance || a.index - b.index);
  }

  #enter({ heads, next, start, bits }: Table, index: number): void {
    const part = partOf(this.#words, WORDS * index, start, bits);
    next[index] = heads[part]!;
    heads[part] = index + 1;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#words = enlarged(this.#words, WORDS * this.#capacity);
    this.#removed = enlarged(this.#removed, this.#capacity);
    this.#met = enlarged(this.#met, this.#capacity);
    this.#tables = makeTables(this.#capacity);
    for (const table of this.#tables) for (let index = 0; index < this.#size; index++) this.#enter(table, index);
  }
}

const makeTables = (capacity: number): Table[] =>
  partsFor(capacity).map((part) => ({
    ...part,
    heads: new Uint32Array(2 ** part.bits),
    next: new Uint32Array(capacity),
  }));

function enlarged<T extends Uint8Array | Uint32Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length);
  larger.set(array);
  return larger;
}

function wordsOf(hash: Uint8Array): Uint32Array {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  return Uint32Array.from({ length: WORDS }, (_, word) => view.getUint32(4 * word));
}

/** Bits `start` to `start + bits` of the hash at an offset; at most 24 bits. */
function partOf(words: Uint32Array, offset: number, start: number, bits: number): number {
  const [word, skipped] = [start >> 5, start & 31];
  const left = 32 - skipped - bits;
  const first = words[offset + word]!;
  if (left >= 0) return (first >>> left) & (2 ** bits - 1);
  const second = words[offset + word + 1]!;
  return ((first << -left) | (second >>> (32 + left))) & (2 ** bits - 1);
}

/** In how many bits two hashes differ; where that is more than `most`, some number above it. */
function distanceAt(words: Uint32Array, offset: number, query: Uint32Array, most: number): number {
  let distance = 0;
  for (let word = 0; word < WORDS; word++) {
    let x = words[offset + word]! ^ query[word]!;
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    x = (x + (x >>> 4)) & 0x0f0f0f0f;
    distance += Math.imul(x, 0x01010101) >>> 24;
    if (distance > most) return distance;
  }
  return distance;
}
