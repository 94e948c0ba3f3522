// How many look-ups a second the registry's index answers on one core, from a hundred thousand hashes to ten million, how much
// memory it takes, and whether it finds what comparing with every hash finds.
import { hammingDistance, PDQ_BYTES, PDQ_THRESHOLD } from 'photoguard/hash';
import { HashIndex } from '../apps/service/src/registry/hash-index.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';

/** For the list of benches. */
export const about =
  'look-ups a second among 10^5, 10^6 and 10^7 hashes, and recall against brute force (PHOTOGUARD_LIMIT hashes at most; 2 minutes, 2 GB)';

const SIZES = [1e5, 1e6, 1e7];
const LOOKUPS = 2000;
const COMPARED = 40;

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const most = Number(process.env.PHOTOGUARD_LIMIT ?? Number.POSITIVE_INFINITY);
  return SIZES.filter((size) => size <= most).flatMap((size) => measure(size, log));
}

function measure(size: number, log: (line: string) => void): BenchRow[] {
  const random = randomBytes(1);
  const hashes = new Uint8Array(PDQ_BYTES * size);
  for (let i = 0; i < hashes.length; i++) hashes[i] = random();
  const at = (i: number): Uint8Array => hashes.subarray(PDQ_BYTES * i, PDQ_BYTES * (i + 1));
  const index = new HashIndex(size);
  const began = performance.now();
  for (let i = 0; i < size; i++) index.add(at(i));
  const filled = (performance.now() - began) / 1000;
  log(`${size} hashes added in ${filled.toFixed(1)} s`);

  // Half of the queries are an enrolled hash with as many bits changed as count, half are of nobody.
  const whole = (): number => ((random() << 24) | (random() << 16) | (random() << 8) | random()) >>> 0;
  const queries = Array.from({ length: LOOKUPS }, (_, k) => {
    if (k % 2 === 1) return Uint8Array.from({ length: PDQ_BYTES }, random);
    const query = at(whole() % size).slice();
    const bits = new Set<number>();
    while (bits.size < PDQ_THRESHOLD) bits.add(random());
    for (const bit of bits) query[bit >> 3]! ^= 1 << (bit & 7);
    return query;
  });
  for (const query of queries.slice(0, 200)) index.find(query);
  // Of the processor, so that what else runs on the machine does not count.
  const started = process.cpuUsage();
  for (const query of queries) index.find(query);
  const perSecond = LOOKUPS / (process.cpuUsage(started).user / 1e6);

  let [expected, found, wrong] = [0, 0, 0];
  for (const query of queries.slice(0, COMPARED)) {
    const ours = new Set(index.find(query).map(({ index: i }) => i));
    for (let i = 0; i < size; i++) {
      const isNear = hammingDistance(at(i), query) <= PDQ_THRESHOLD;
      if (isNear) expected++;
      if (isNear && ours.has(i)) found++;
      if (!isNear && ours.has(i)) wrong++;
    }
  }
  const name = `10^${Math.log10(size)} hashes`;
  const goal = size === 1e7 ? { goal: { atLeast: 2000 } } : {}; // 4,000 on two cores
  return [
    row(`look-ups a second of one core, ${name}`, perSecond, goal),
    row(`recall against brute force, ${name}`, found / expected, { goal: { atLeast: 1 } }),
    row(`found beyond the distance, ${name}`, wrong, { goal: { atMost: 0 } }),
    row(`memory of the index, GB, ${name}`, index.bytes / 1e9, { goal: { atMost: 4 } }),
    row(`seconds to fill it, ${name}`, filled),
  ];
}

/** Bytes by a seed (xorshift32). */
function randomBytes(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  };
}
