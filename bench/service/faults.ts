// Faults at random moments while clients go on sending photos: processes are killed, the database crashes, the object store is
// away, disks are full, clocks jump, clients are slow or gone in the middle, the same photo is sent five times at once. After that
// every photo must be done, once.
import { type BenchRow, row } from '../support/bench.ts';
import { audit } from './audit.ts';
import { Client, newSeen, nextPhoto, photoOf, type Seen } from './client.ts';
import { type Fleet, startFleet } from './fleet.ts';

const PAUSE_MS = 500;
/** How long the object store is away, at most. */
const AWAY_MS = 2000;
/** Between two faults, at most. */
const BETWEEN_MS = 800;

type Fault = (context: {
  readonly fleet: Fleet;
  readonly client: Client;
  /** How long the object store is away. */
  readonly awayMs: () => number;
  /** Sends one more photo, by so many requests, each of which takes so long. */
  readonly send: (requests: number, slowMs?: number) => Promise<string | undefined>;
}) => Promise<void>;

const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const FAULTS: Readonly<Record<string, Fault>> = {
  'kill -9 of a worker': ({ fleet }) => pick(fleet.members.filter(({ role }) => role === 'worker')).kill(),
  'kill -9 of the API': ({ fleet }) => fleet.members.find(({ role }) => role === 'api')!.kill(),
  'kill -9 of PostgreSQL': async ({ fleet: { postgres } }) => {
    await postgres.kill();
    await sleep(500 * Math.random());
    await postgres.start();
  },
  'object store away': async ({ fleet: { store }, awayMs }) => {
    await store?.kill();
    await sleep(awayMs());
    await store?.start();
  },
  'disk full': async ({ fleet: { fillDisk } }) => {
    const free = fillDisk?.();
    await sleep(1000 * Math.random());
    free?.();
  },
  'clocks that jump': async ({ fleet }) => {
    fleet.setClocks(pick([-1, 1]) * 3_600_000 * 72 * Math.random());
    await sleep(1000 * Math.random());
    fleet.setClocks(0);
  },
  'slow client': async ({ send }) => void (await send(1, 3000)),
  'client gone': async ({ client, send }) => client.vanish(await photoOf(0), await send(1)),
  'same photo sent five times': async ({ send }) => void (await send(5)),
};

/** How many. */
export interface FaultOptions {
  /** Of each. */
  readonly times: number;
  /** Photos that are at work or wait at the same time. */
  readonly inHand: number;
  /** After which clients give up: what is not done by then is lost. */
  readonly seconds: number;
  /** Seconds that the object store is away. Default: up to two, at random. */
  readonly away?: number | undefined;
}

/** Makes each fault so many times, on a new service. */
export async function measureFaults(options: FaultOptions, log: (line: string) => void): Promise<BenchRow[]> {
  const fleet = await startFleet({ workers: 2 });
  try {
    return await makeFaults(fleet, newSeen(), options, log);
  } finally {
    await fleet.stop();
  }
}

/** Makes each fault so many times. */
export async function makeFaults(
  fleet: Fleet,
  seen: Seen,
  { times, inHand: most, seconds, away }: FaultOptions,
  log: (line: string) => void,
): Promise<BenchRow[]> {
  const faults = Object.entries(FAULTS).filter(([name]) => name !== 'disk full' || fleet.fillDisk !== undefined);
  if (faults.length < Object.keys(FAULTS).length) log('disk full is left out: only root can make a disk');
  const awayMs = (): number => (away === undefined ? AWAY_MS * Math.random() : 1000 * away);
  const client = new Client(fleet, seen, AbortSignal.timeout(1000 * seconds));
  const surprised = (error: unknown): void => void seen.surprises.push(String(error));
  const inHand = new Set<Promise<void>>();
  const send = async (requests: number, slowMs = 0): Promise<string | undefined> => {
    const { key, photo } = await nextPhoto(seen);
    const submits = Array.from({ length: requests }, () => client.submit(key, photo, slowMs));
    const [id] = await Promise.all(submits).catch((error) => [surprised(error)]);
    if (id === undefined) return undefined;
    const finished = client
      .finish(id, PAUSE_MS)
      .catch(surprised)
      .then(() => void inHand.delete(finished));
    inHand.add(finished);
    return id;
  };
  let going = true;
  const stream = (async () => {
    while (going) {
      if (inHand.size < most) await send(1);
      else await Promise.race(inHand);
    }
  })();
  const plan = faults.flatMap((fault) => Array.from({ length: times }, () => fault)).sort(() => Math.random() - 0.5);
  for (const [i, [name, make]] of plan.entries()) {
    await sleep(BETWEEN_MS * Math.random());
    log(`${i + 1}/${plan.length}: ${name}; ${seen.results.size} of ${seen.sent} photos are done`);
    await make({ fleet, client, awayMs, send });
  }
  going = false;
  await stream;
  await Promise.all(inHand);
  await settled(fleet);
  const { lost, twice, leaked, swept } = await audit(fleet, seen);
  for (const surprise of seen.surprises.slice(0, 10)) log(surprise);
  const deaths = fleet.members.reduce((sum, member) => sum + member.deaths(), 0);
  const what = `each of ${faults.length} faults ${times} times, ${seen.sent} photos`;
  return [
    row(`lost, ${what}`, lost, { goal: { atMost: 0 } }),
    row(`done twice, ${what}`, twice, { goal: { atMost: 0 } }),
    row(`objects and folders left, ${what}`, leaked, { goal: { atMost: 0 } }),
    row(`answers that nothing explains, ${what}`, seen.surprises.length, { goal: { atMost: 0 } }),
    row(`processes that ended by themselves, ${what}`, deaths, { goal: { atMost: 0 } }),
    row(`requests sent again because their connection broke, ${what}`, seen.broken),
    row(`requests sent again after 429 or 503, ${what}`, seen.refused),
    row(`objects of broken uploads and attempts that the sweep deleted, ${what}`, swept),
  ];
}

/** Waits until attempts that lost have deleted what they wrote. */
async function settled(fleet: Fleet): Promise<void> {
  const lines = (): number => fleet.members.reduce((sum, member) => sum + member.logged().length, 0);
  for (let before = -1; before !== lines(); ) {
    before = lines();
    await sleep(1500);
  }
}
