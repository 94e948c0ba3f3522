// The service under load and under faults, as it is run at scale: PostgreSQL, an S3-compatible store (SeaweedFS, where `weed` is
// on the PATH), one process for requests, some for the work. Everything is on this machine's loopback.
import { measureFaults } from './service/faults.ts';
import { measureLoad } from './service/load.ts';
import type { BenchContext, BenchRow } from './support/bench.ts';
import { formatTable } from './support/table.ts';

/** For the list of benches. */
export const about =
  'the service under load (PHOTOGUARD_JOBS by PHOTOGUARD_CLIENTS, with PHOTOGUARD_WORKERS, PHOTOGUARD_SECONDS at most) and PHOTOGUARD_FAULTS faults of each kind, PHOTOGUARD_AWAY the seconds that the store is away; needs PostgreSQL';

const whole = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const [jobs, clients] = [whole('PHOTOGUARD_JOBS', 1000), whole('PHOTOGUARD_CLIENTS', 50)];
  const load = { jobs, clients, alone: whole('PHOTOGUARD_ALONE', jobs), seconds: whole('PHOTOGUARD_SECONDS', 1800) };
  for (const workers of (process.env.PHOTOGUARD_WORKERS ?? '1,2,4').split(',').map(Number))
    if (jobs > 0) {
      const measured = await measureLoad({ workers, ...load }, log);
      for (const line of formatTable(measured).split('\n')) log(line); // in case a later one is stopped
      rows.push(...measured);
    }
  const faults = whole('PHOTOGUARD_FAULTS', 50);
  const away = process.env.PHOTOGUARD_AWAY === undefined ? undefined : whole('PHOTOGUARD_AWAY', 0);
  if (faults > 0) rows.push(...(await measureFaults({ times: faults, inHand: 6, seconds: 7200, away }, log)));
  return rows;
}
