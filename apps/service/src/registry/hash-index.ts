// Finds the hashes within a distance of 31 bits of 256, all of them and no others (multi-index hashing, Norouzi et al. 2012,
// by the parts of layout.ts). For each part there is a table of chains: `heads` has the last hash whose part has that value, and
// the record of a hash the one before it. So hashes can be added at any time, and an index of ten million takes 1.2 GB.
//
// A look-up among millions waits for memory, not for arithmetic. So a record has the hash and its chains side by side, which
// is one place to wait for, and the loops of a look-up have no branch that the processor could guess wrongly: it then
// fetches many records at once.
import { MOST_DISTANCE, type Part, partsFor } from './layout.ts';

const WORDS = 8;
/** How many values a table is looked up for at most. */
const MOST_CHANGES = Math.max(
  ...[1, 1e9].flatMap((capacity) => partsFor(capacity).map(({ changes }) => changes.length)),
);

/** A hash that was found. */
export interface Found {
  /** Which: the number that `add` gave it. */
  readonly index: number;
  readonly distance: number;
}

interface Table extends Part {
  /** 2^bits; 0: none, else the index of a hash plus 1. */
  readonly heads: Uint32Array;
}

/** An index in memory. */
export class HashIndex {
  #capacity: number;
  #size = 0;
  #tables: readonly Table[];
  /** Of each hash its words, then for each table the hash before it in the chain, as in `heads`. */
  #records: Uint32Array;
  #removed: Uint8Array;
  /** The hashes that a look-up compares next, as in `heads`. */
  #ahead = new Uint32Array(MOST_CHANGES);

  /** @param capacity how many hashes are expected; it grows beyond, which takes a moment */
  constructor(capacity = 10_000) {
    this.#capacity = Math.max(1024, Math.ceil(capacity));
    this.#tables = makeTables(this.#capacity);
    this.#records = new Uint32Array(this.#stride * this.#capacity);
    this.#removed = new Uint8Array(this.#capacity);
  }

  /** How many hashes were added, removed ones included. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    const tables = this.#tables.reduce((sum, { heads }) => sum + heads.byteLength, 0);
    return this.#records.byteLength + this.#removed.byteLength + tables;
  }

  /** Adds a hash of 32 bytes. @returns its number: 0, 1, 2 ... */
  add(hash: Uint8Array): number {
    if (this.#size === this.#capacity) this.#grow();
    const index = this.#size++;
    this.#enter(wordsOf(hash), index);
    return index;
  }

  /** Leaves a hash out of what is found from now on. */
  remove(index: number): void {
    this.#removed[index] = 1;
  }

  /** The hashes that differ from the given one in at most so many bits; 31 at most. Nearest first. */
  find(hash: Uint8Array, most = MOST_DISTANCE): Found[] {
    const query = wordsOf(hash);
    const found = new Map<number, number>();
    for (const [which, table] of this.#tables.entries()) this.#findIn(table, WORDS + which, query, most, found);
    return Array.from(found, ([index, distance]) => ({ index, distance })).sort(
      (a, b) => a.distance - b.distance || a.index - b.index,
    );
  }

  // Compares with all that one table has near the query. `chain`: where in a record its chain is.
  #findIn(table: Table, chain: number, query: Uint32Array, most: number, found: Map<number, number>): void {
    const { heads, changes, start, bits } = table;
    const [records, stride, ahead] = [this.#records, this.#stride, this.#ahead];
    const [first, second, third] = [query[0]!, query[1]!, query[2]!];
    const part = partOf(query, start, bits);
    let count = 0;
    for (let k = 0; k < changes.length; k++) {
      const entry = heads[part ^ changes[k]!]!;
      ahead[count] = entry;
      count += isSome(entry);
    }
    while (count > 0) {
      let next = 0;
      for (let k = 0; k < count; k++) {
        const at = stride * (ahead[k]! - 1);
        const entry = records[at + chain]!;
        // Of hashes that are not alike, three words of eight differ in more bits than are looked for.
        const distance =
          bitsOf(records[at]! ^ first) + bitsOf(records[at + 1]! ^ second) + bitsOf(records[at + 2]! ^ third);
        if (distance <= most) this.#compare(ahead[k]! - 1, query, most, found);
        ahead[next] = entry;
        next += isSome(entry);
      }
      count = next;
    }
  }

  #compare(index: number, query: Uint32Array, most: number, found: Map<number, number>): void {
    let distance = 0;
    for (let word = 0; word < WORDS; word++)
      distance += bitsOf(this.#records[this.#stride * index + word]! ^ query[word]!);
    if (distance <= most && this.#removed[index] === 0) found.set(index, distance);
  }

  get #stride(): number {
    return WORDS + this.#tables.length;
  }

  #enter(words: Uint32Array, index: number): void {
    const at = this.#stride * index;
    this.#records.set(words, at);
    for (const [which, { heads, start, bits }] of this.#tables.entries()) {
      const part = partOf(words, start, bits);
      this.#records[at + WORDS + which] = heads[part]!;
      heads[part] = index + 1;
    }
  }

  #grow(): void {
    const [before, stride] = [this.#records, this.#stride];
    this.#capacity *= 2;
    this.#tables = makeTables(this.#capacity);
    this.#records = new Uint32Array(this.#stride * this.#capacity);
    const removed = new Uint8Array(this.#capacity);
    removed.set(this.#removed);
    this.#removed = removed;
    for (let index = 0; index < this.#size; index++)
      this.#enter(before.subarray(stride * index, stride * index + WORDS), index);
  }
}

const makeTables = (capacity: number): Table[] =>
  partsFor(capacity).map((part) => ({ ...part, heads: new Uint32Array(2 ** part.bits) }));

function wordsOf(hash: Uint8Array): Uint32Array {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  return Uint32Array.from({ length: WORDS }, (_, word) => view.getUint32(4 * word));
}

/** Bits `start` to `start + bits` of a hash; at most 24 bits. */
function partOf(words: Uint32Array, start: number, bits: number): number {
  const [word, skipped] = [start >> 5, start & 31];
  const left = 32 - skipped - bits;
  const first = words[word]!;
  if (left >= 0) return (first >>> left) & (2 ** bits - 1);
  return ((first << -left) | (words[word + 1]! >>> (32 + left))) & (2 ** bits - 1);
}

/** How many bits of a word are set. */
function bitsOf(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  x = (x + (x >>> 4)) & 0x0f0f0f0f;
  return Math.imul(x, 0x01010101) >>> 24;
}

/** 1, or 0 for no entry, without a branch: an entry is at most 2^31. */
const isSome = (entry: number): number => -entry >>> 31;
