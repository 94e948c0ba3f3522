// The registry's index in memory: in this process, compared with looking at every hash; and in two processes at the same time, as
// two of the service would have it.
import { fileURLToPath } from 'node:url';
import { hammingDistance, PDQ_BYTES, PDQ_THRESHOLD } from 'photoguard/hash';
import { startChild } from '../../tests/support/child.ts';
import { type BenchRow, row } from '../support/bench.ts';
import { filledIndex, lookUpsFor, randomBytes } from './hashes.ts';

const LOOKUPS = 2000;
const COMPARED = 40;
/** Processes that look up at the same time, and for how many seconds. */
const [PROCESSES, SECONDS] = [2, 20];
const PROCESS = fileURLToPath(new URL('look-up-process.ts', import.meta.url));
/** What the issue asks for of ten million, of each core. */
const GOAL = 2000;
const LARGEST = 1e7;

const named = (size: number): string => `10^${Math.log10(size)} hashes`;

/** Measures one core. */
export function measureMemory(size: number, log: (line: string) => void): BenchRow[] {
  const hashes = new Uint8Array(PDQ_BYTES * size);
  const began = performance.now();
  const index = filledIndex(size, (hash, i) => hashes.set(hash, PDQ_BYTES * i));
  const filled = (performance.now() - began) / 1000;
  log(`${size} hashes added in ${filled.toFixed(1)} s`);
  const at = (i: number): Uint8Array => hashes.subarray(PDQ_BYTES * i, PDQ_BYTES * (i + 1));
  const enrolled = Array.from({ length: LOOKUPS / 2 }, (_, k) => at(Math.floor((2 * k * size) / LOOKUPS)));
  const queries = lookUpsFor(enrolled, randomBytes(2));
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
  const name = named(size);
  return [
    row(`look-ups a second of one core, ${name}`, perSecond, size === LARGEST ? { goal: { atLeast: GOAL } } : {}),
    row(`recall against brute force, ${name}`, found / expected, { goal: { atLeast: 1 } }),
    row(`found beyond the distance, ${name}`, wrong, { goal: { atMost: 0 } }),
    row(`memory of the index, GB, ${name}`, index.bytes / 1e9, { goal: { atMost: 4 } }),
    row(`seconds to fill it, ${name}`, filled),
  ];
}

/** What a process of them measured. */
interface Answer {
  readonly lookUps: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of look-ups of enrolled hashes, how many found nothing. */
  readonly missed: number;
}

/** Measures two processes at the same time, each with an index of its own. */
export async function measureProcesses(size: number, log: (line: string) => void): Promise<BenchRow[]> {
  const children = Array.from({ length: PROCESSES }, (_, k) =>
    startChild(process.execPath, ['--conditions=source', PROCESS, String(size), String(k + 2)]),
  );
  await Promise.all(children.map((child) => child.ask('fill')));
  log(`${PROCESSES} processes have ${size} hashes each`);
  const answers = (await Promise.all(children.map((child) => child.ask(SECONDS)))) as Answer[];
  const ended = await Promise.all(children.map((child) => child.end()));
  const sum = (of: (answer: Answer) => number): number => answers.reduce((total, answer) => total + of(answer), 0);
  const name = `${PROCESSES} processes at once, ${named(size)}`;
  const goal = size === LARGEST ? { goal: { atLeast: PROCESSES * GOAL } } : {};
  return [
    row(
      `look-ups a second, ${name}`,
      sum(({ lookUps, seconds }) => lookUps / seconds),
      goal,
    ),
    row(
      `look-ups a second by the processors' time, ${name}`,
      sum(({ lookUps, cpuSeconds }) => lookUps / cpuSeconds),
    ),
    row(
      `enrolled hashes that were not found, ${name}`,
      sum(({ missed }) => missed),
      { goal: { atMost: 0 } },
    ),
    row(
      `memory of both processes, GB, ${name}`,
      ended.reduce((total, { peakBytes = Number.NaN }) => total + peakBytes, 0) / 1e9,
    ),
  ];
}
