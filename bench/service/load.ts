// Load: clients send small photos at the same time and ask for their states until all are done; beside it, what the same
// number of workers does without the service around them. It ends in any case: what is not done by then is lost.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Immunizers } from '../../apps/service/src/immunizations/immunizers.ts';
import { commandFlags } from '../../apps/service/src/immunizations/options.ts';
import { serveCommand } from '../../apps/service/src/settings.ts';
import { type BenchRow, row } from '../support/bench.ts';
import { quantile } from '../support/statistics.ts';
import { audit } from './audit.ts';
import { Client, newSeen, nextPhoto, photoOf, QUICK_JOB, type Seen } from './client.ts';
import { type Fleet, inDatabase, startFleet } from './fleet.ts';

/** How much. */
export interface Load {
  readonly workers: number;
  readonly jobs: number;
  readonly clients: number;
  /** Of which the workers alone do so many. */
  readonly alone: number;
  /** After which clients give up. */
  readonly seconds: number;
}

const PAUSE_MS = 1000;
const REPORT_MS = 15_000;
const USAGE = `select xact_commit::int as commits, (select count(*)::int from pg_stat_activity where datname = current_database()) as connections
  from pg_stat_database where datname = current_database()`;

/** Puts the load on a new service. */
export async function measureLoad(load: Load, log: (line: string) => void): Promise<BenchRow[]> {
  const { workers } = load;
  const alone = load.alone > 0 ? await workersAlone(workers, load.alone) : undefined;
  if (alone !== undefined) log(`${workers} workers alone: ${alone.toFixed(2)} a second`);
  const fleet = await startFleet({ workers });
  try {
    return await putLoad(fleet, newSeen(), { ...load, perSecond: alone }, log);
  } finally {
    await fleet.stop();
  }
}

/** Puts the load on a service. @param load `perSecond`: what its workers do alone */
export async function putLoad(
  fleet: Fleet,
  seen: Seen,
  {
    workers,
    jobs,
    clients,
    seconds,
    perSecond: alone,
  }: Omit<Load, 'alone'> & { readonly perSecond?: number | undefined },
  log: (line: string) => void,
): Promise<BenchRow[]> {
  const photos = await Promise.all(Array.from({ length: jobs }, () => nextPhoto(seen)));
  const usage = async (): Promise<{ commits: number; connections: number }> =>
    (await inDatabase<{ commits: number; connections: number }>(fleet, USAGE))[0]!;
  const { commits } = await usage();
  const began = performance.now();
  const deadline = AbortSignal.timeout(1000 * seconds);
  const report = setInterval(() => log(`${seen.results.size} of ${jobs} jobs are done`), REPORT_MS);
  let next = 0;
  const work = async (): Promise<void> => {
    const client = new Client(fleet, seen, deadline, QUICK_JOB);
    const ids: string[] = [];
    for (let one = photos[next++]; one; one = photos[next++]) ids.push(await client.submit(one.key, one.photo));
    for (const id of ids) await client.finish(id, PAUSE_MS);
  };
  const worked = await Promise.allSettled(Array.from({ length: clients }, work));
  clearInterval(report);
  for (const one of worked) if (one.status === 'rejected') log(`a client gave up: ${one.reason}`);
  const perSecond = seen.results.size / ((performance.now() - began) / 1000);
  const used = await usage();
  const runs = fleet.members.reduce((sum, member) => sum + member.logged().split('"immunized"').length - 1, 0);
  const deaths = fleet.members.reduce((sum, member) => sum + member.deaths(), 0);
  const { lost, twice } = await audit(fleet, seen);
  for (const surprise of seen.surprises.slice(0, 10)) log(surprise);
  const what = `${jobs} jobs, ${clients} clients, ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  const zero = { goal: { atMost: 0 } };
  const answers = (q: number): number => quantile(seen.milliseconds, q);
  const uploads = (q: number): number => quantile(seen.uploads, q);
  return [
    row(`lost, ${what}`, lost, zero),
    row(`done twice, by hash and by runs, ${what}`, twice + Math.max(0, runs - jobs), zero),
    row(`answers that nothing explains, ${what}`, seen.surprises.length, zero),
    row(`processes that ended by themselves, ${what}`, deaths, zero),
    row(`requests sent again because their connection broke, ${what}`, seen.broken),
    row(`requests sent again after 429 or 503, ${what}`, seen.refused),
    alone === undefined
      ? row(`jobs a second, ${what}`, perSecond)
      : row(`jobs a second; peer: the workers alone, ${what}`, perSecond, { peer: alone, goal: { atLeast: 0.9 } }),
    row(`transactions of the database a job, ${what}`, (used.commits - commits) / jobs),
    row(`connections to the database, ${what}`, used.connections),
    row(`answer that is no upload, p50, ms, ${what}`, answers(0.5)),
    row(`answer that is no upload, p95, ms, ${what}`, answers(0.95), { goal: { atMost: 100 } }),
    row(`answer that is no upload, p99, ms, ${what}`, answers(0.99)),
    row(`answer to an upload, p50, ms, ${what}`, uploads(0.5)),
    row(`answer to an upload, p95, ms, ${what}`, uploads(0.95)),
  ];
}

/** Jobs a second of so many workers that run the command, one photo after the other. */
async function workersAlone(workers: number, jobs: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-alone-'));
  const { models, photosPerProcess } = serveCommand().parse([], { from: 'user' }).opts();
  const immunizers = new Immunizers(photosPerProcess);
  try {
    const flags = commandFlags(JSON.parse(QUICK_JOB), { models });
    const { signal } = new AbortController();
    const one = async (i: number): Promise<void> => {
      const input = join(folder, `${i}.png`);
      writeFileSync(input, await photoOf(i));
      const outcome = await immunizers.run([input, join(folder, `${i}-out`)], flags, { signal, onProgress: () => {} });
      if ('failure' in outcome) throw new Error(outcome.failure.message);
    };
    let next = 0;
    const work = async (until: number): Promise<void> => {
      for (let i = next++; i < until; i = next++) await one(i);
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: workers }, () => work(jobs)));
    return jobs / ((performance.now() - began) / 1000);
  } finally {
    immunizers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
