// Load: clients send small photos at the same time and ask for their states until all are done; beside it, what the same
// number of workers does without the service around them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandFlags } from '../../apps/service/src/immunizations/options.ts';
import { runCommand } from '../../apps/service/src/immunizations/run-command.ts';
import { type BenchRow, row } from '../support/bench.ts';
import { quantile } from '../support/statistics.ts';
import { audit } from './audit.ts';
import { Client, JOB, newSeen, photoOf } from './client.ts';
import { inDatabase, startFleet } from './fleet.ts';

/** How much. */
export interface Load {
  readonly workers: number;
  readonly jobs: number;
  readonly clients: number;
}

const PAUSE_MS = 1000;
const USAGE = `select xact_commit::int as commits, (select count(*)::int from pg_stat_activity where datname = current_database()) as connections
  from pg_stat_database where datname = current_database()`;

/** Puts the load on a new service. */
export async function measureLoad({ workers, jobs, clients }: Load, log: (line: string) => void): Promise<BenchRow[]> {
  const alone = await workersAlone(workers, Math.min(jobs, 15 * workers));
  log(`${workers} workers alone: ${alone.toFixed(2)} a second`);
  const fleet = await startFleet(workers);
  try {
    const seen = newSeen();
    const photos = await Promise.all(Array.from({ length: jobs }, (_, i) => photoOf(i)));
    const usage = async (): Promise<{ commits: number; connections: number }> =>
      (await inDatabase<{ commits: number; connections: number }>(fleet, USAGE))[0]!;
    const { commits } = await usage();
    const began = performance.now();
    let next = 0;
    const work = async (): Promise<void> => {
      const client = new Client(fleet, seen);
      const ids: string[] = [];
      for (let i = next++; i < jobs; i = next++) ids.push(await client.submit(`load-${i}`, photos[i]!));
      for (const id of ids) await client.finish(id, PAUSE_MS);
    };
    await Promise.all(Array.from({ length: clients }, work));
    const perSecond = jobs / ((performance.now() - began) / 1000);
    const used = await usage();
    const runs = fleet.members.reduce((sum, member) => sum + member.logged().split('"immunized"').length - 1, 0);
    const { lost, twice } = await audit(fleet, seen, jobs);
    for (const surprise of seen.surprises.slice(0, 10)) log(surprise);
    const what = `${jobs} jobs, ${clients} clients, ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
    const at = (q: number): number => quantile(seen.milliseconds, q);
    return [
      row(`lost, ${what}`, lost, { goal: { atMost: 0 } }),
      row(`done twice, by hash and by runs, ${what}`, twice + Math.abs(runs - jobs), { goal: { atMost: 0 } }),
      row(`answers that nothing explains, ${what}`, seen.surprises.length, { goal: { atMost: 0 } }),
      row(`jobs a second; peer: the workers alone, ${what}`, perSecond, { peer: alone, goal: { atLeast: 0.9 } }),
      row(`transactions of the database a job, ${what}`, (used.commits - commits) / jobs),
      row(`connections to the database, ${what}`, used.connections),
      row(`answer that is no upload, p50, ms, ${what}`, at(0.5)),
      row(`answer that is no upload, p95, ms, ${what}`, at(0.95), { goal: { atMost: 100 } }),
      row(`answer that is no upload, p99, ms, ${what}`, at(0.99)),
    ];
  } finally {
    await fleet.stop();
  }
}

/** Jobs a second of so many workers that run the command one after the other. */
async function workersAlone(workers: number, jobs: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-alone-'));
  try {
    const flags = commandFlags(JSON.parse(JOB), { models: ['mini'] });
    const signal = new AbortController().signal;
    const began = performance.now();
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < jobs; i = next++) {
        const input = join(folder, `${i}.png`);
        writeFileSync(input, await photoOf(i));
        const outcome = await runCommand([input, join(folder, `${i}-out`)], flags, { signal, onProgress: () => {} });
        if ('failure' in outcome) throw new Error(outcome.failure.message);
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
    return jobs / ((performance.now() - began) / 1000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
