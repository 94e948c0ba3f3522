// The queue of a day, photo by photo: they arrive at random, more in the evening than at night, and whoever is free takes the one
// that has waited longest.
import { mean } from '../support/statistics.ts';

const DAY = 86_400;

/** Draws what a photo takes, in seconds of a core. @param random numbers from 0 to 1 */
export type Draw = (random: () => number) => number;

/** What a day brings. */
export interface Day {
  /** How many photos. */
  readonly photos: number;
  /** How many times the photos of the mean hour the busiest one has; from 1 to 2. */
  readonly peak: number;
  readonly draw: Draw;
}

/** How long each photo of a day waits, in seconds. @param cores that do one photo at a time each */
export function simulate({ photos, peak, draw }: Day, cores: number): number[] {
  const [arrivals, work] = [uniform(1), uniform(2)]; // the same photos arrive, whatever they take
  const free = new Float64Array(cores); // when each core is free: a heap, the earliest first
  const waits: number[] = [];
  const most = (peak * photos) / DAY;
  for (let now = 0; ; ) {
    now -= Math.log(1 - arrivals()) / most;
    if (now >= DAY) return waits;
    // Of arrivals at the rate of the peak so many are kept as the hour has.
    const share = (1 + (peak - 1) * Math.sin((2 * Math.PI * now) / DAY)) / peak;
    if (arrivals() >= share) continue;
    const start = Math.max(now, free[0]!);
    waits.push(start - now);
    replaceFirst(free, start + draw(work));
  }
}

/** The fewest cores with which at most that share of the photos waits longer. @param wait seconds */
export function fewestCores(day: Day, { wait, share }: { readonly wait: number; readonly share: number }): number {
  const isEnough = (cores: number): boolean => beyond(simulate(day, cores), wait) <= share;
  let [few, enough] = [0, 1];
  for (; !isEnough(enough); enough *= 2) few = enough;
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/** The share of waits that are longer. */
export const beyond = (waits: readonly number[], seconds: number): number =>
  waits.reduce((count, wait) => count + Number(wait > seconds), 0) / waits.length;

/** How busy cores are over a day that they suffice for, from 0 to 1. */
export const busyShare = (photos: number, meanSeconds: number, cores: number): number =>
  (photos * meanSeconds) / DAY / cores;

/** Draws from groups of samples, from each as often as its share says; shares add up to 1. */
export function mixed(groups: readonly { readonly share: number; readonly samples: readonly number[] }[]): {
  readonly mean: number;
  readonly draw: Draw;
} {
  const some = groups.filter(({ share }) => share > 0);
  const draw = (random: () => number): number => {
    let left = random();
    const { samples } = some.find(({ share }) => (left -= share) < 0) ?? some.at(-1)!;
    return samples[Math.floor(random() * samples.length)]!;
  };
  return { mean: some.reduce((sum, { share, samples }) => sum + share * mean(samples), 0), draw };
}

/** Puts a value in the place of a heap's first. */
function replaceFirst(heap: Float64Array, value: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
    if (heap[child]! >= value) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = value;
}

/** Numbers from 0 to 1 by a seed (xorshift32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
