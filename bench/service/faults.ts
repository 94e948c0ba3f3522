// Faults at random moments while clients go on sending photos: processes are killed, the database crashes, the object store is
// away, clients are gone in the middle, the same photo is sent five times at once. After that every photo must be done, once.
import { type BenchRow, row } from '../support/bench.ts';
import { audit } from './audit.ts';
import { Client, newSeen, photoOf } from './client.ts';
import { type Fleet, startFleet } from './fleet.ts';

const PAUSE_MS = 1000;
const AWAY_MS = 3000;

type Fault = (context: {
  readonly fleet: Fleet;
  readonly client: Client;
  /** Sends one more photo, by so many requests. */
  readonly send: (requests: number) => Promise<string>;
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
  'object store away': async ({ fleet: { store } }) => {
    await store?.kill();
    await sleep(AWAY_MS * Math.random());
    await store?.start();
  },
  'client gone': async ({ client, send }) => client.vanish(await photoOf(0), await send(1)),
  'same photo sent five times': async ({ send }) => void (await send(5)),
};

/** Makes each fault so many times. @param inHand photos that are at work or wait at the same time */
export async function measureFaults(
  times: number,
  log: (line: string) => void,
  { inHand: most = 6 } = {},
): Promise<BenchRow[]> {
  const fleet = await startFleet(2);
  try {
    const seen = newSeen();
    const client = new Client(fleet, seen);
    const inHand = new Set<Promise<void>>();
    let sent = 0;
    const send = async (requests: number): Promise<string> => {
      const [key, photo] = [`fault-${sent}`, await photoOf(sent++)];
      const ids = await Promise.all(Array.from({ length: requests }, () => client.submit(key, photo)));
      const finished = client.finish(ids[0]!, PAUSE_MS).finally(() => inHand.delete(finished));
      inHand.add(finished);
      return ids[0]!;
    };
    let going = true;
    const stream = (async () => {
      while (going) {
        if (inHand.size < most) await send(1);
        else await Promise.race(inHand);
      }
    })();
    const plan = Object.keys(FAULTS)
      .flatMap((name) => Array.from({ length: times }, () => name))
      .sort(() => Math.random() - 0.5);
    for (const [i, name] of plan.entries()) {
      await sleep(1500 * Math.random());
      log(`${i + 1}/${plan.length}: ${name}; ${seen.results.size} of ${sent} photos are done`);
      await FAULTS[name]!({ fleet, client, send });
    }
    going = false;
    await stream;
    await Promise.all(inHand);
    await settled(fleet);
    const { lost, twice, leaked, swept } = await audit(fleet, seen, sent);
    for (const surprise of seen.surprises.slice(0, 10)) log(surprise);
    const what = `each of ${Object.keys(FAULTS).length} faults ${times} times, ${sent} photos`;
    return [
      row(`lost, ${what}`, lost, { goal: { atMost: 0 } }),
      row(`done twice, ${what}`, twice, { goal: { atMost: 0 } }),
      row(`objects and folders left, ${what}`, leaked, { goal: { atMost: 0 } }),
      row(`answers that nothing explains, ${what}`, seen.surprises.length, { goal: { atMost: 0 } }),
      row(`objects of broken uploads and attempts that the sweep deleted, ${what}`, swept),
    ];
  } finally {
    await fleet.stop();
  }
}

/** Waits until attempts that lost have deleted what they wrote. */
async function settled(fleet: Fleet): Promise<void> {
  const lines = (): number => fleet.members.reduce((sum, member) => sum + member.logged().length, 0);
  for (let before = -1; before !== lines(); ) {
    before = lines();
    await sleep(3000);
  }
}
