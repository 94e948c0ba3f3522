// What a number of photos a day takes: a simulation of the queue with the seconds that photos took here. Photos arrive at random,
// more in the evening than at night; whoever is free takes the one that has waited longest.
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { mean, quantile } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'workers, machines and what limits PHOTOGUARD_PHOTOS a day (a million), by a simulation of the queue; seconds';

const DAY = 86_400;
/** The busiest hour has twice the photos of the mean one. */
const PEAK = 2;
/** A photo in twenty may wait longer. */
const WAIT = 60;

/**
 * Seconds of two cores that photos took, each a run of the command with nothing else on the machine (docs/scale.md says how they
 * were measured).
 */
const MEASURED: Readonly<Record<string, readonly number[]>> = {
  'the default': [43],
  '--quick': [13],
  '--recipe instant': [5.4],
};

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const photos = Number(process.env.PHOTOGUARD_PHOTOS ?? 1e6);
  return Object.entries(MEASURED).flatMap(([name, seconds]) => {
    const workers = fewestWorkers(photos, seconds);
    log(`${name}: ${workers} workers`);
    const waits = simulate(photos, seconds, workers);
    return [
      row(`workers of two cores, ${name}, ${photos} photos a day`, workers),
      row(`how busy they are, ${name}`, (photos * mean(seconds)) / DAY / workers),
      row(`wait, median, s, ${name}`, quantile(waits, 0.5)),
      row(`wait, p95, s, ${name}`, quantile(waits, 0.95), { goal: { atMost: WAIT } }),
      row(
        `wait, p95 with a tenth fewer workers, s, ${name}`,
        quantile(simulate(photos, seconds, Math.floor(0.9 * workers)), 0.95),
      ),
      row(`core hours a day, ${name}`, (2 * photos * mean(seconds)) / 3600),
    ];
  });
}

function fewestWorkers(photos: number, seconds: readonly number[]): number {
  let [few, enough] = [0, Math.ceil((2 * PEAK * photos * mean(seconds)) / DAY) + 1];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (middle > 0 && quantile(simulate(photos, seconds, middle), 0.95) <= WAIT) enough = middle;
    else few = middle;
  }
  return enough;
}

/** How long each photo of a day waits, in seconds. */
export function simulate(photos: number, seconds: readonly number[], workers: number): number[] {
  const random = uniform(1);
  const free = new Float64Array(workers); // when each worker is free: a heap, the earliest first
  const waits: number[] = [];
  const most = (PEAK * photos) / DAY;
  for (let now = 0; now < DAY; ) {
    now -= Math.log(1 - random()) / most;
    // Of arrivals at the rate of the peak so many are kept as the hour has.
    const share = (1 + (PEAK - 1) * Math.sin((2 * Math.PI * now) / DAY)) / PEAK;
    if (random() >= share) continue;
    const start = Math.max(now, free[0]!);
    waits.push(start - now);
    replaceFirst(free, start + seconds[Math.floor(random() * seconds.length)]!);
  }
  return waits;
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
