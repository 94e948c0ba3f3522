// A gradient of the attack through each embedded surrogate, in Chromium on wasm and in Node, on two threads each, taking
// turns: time, and what each takes of memory. Chromium also with threads that sleep while they wait (`spinning: false`). Then the
// page as a whole (web/whole-page.ts).
import { fileURLToPath } from 'node:url';
import { startChild } from '../tests/support/child.ts';
import { alternate } from './support/alternate.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { formatTable } from './support/table.ts';
import { benchManyPhotos, benchPage } from './web/whole-page.ts';

/** For the list of benches. */
export const about =
  'a gradient through each surrogate in Chromium (wasm) against Node, two threads each; the page (fifteen minutes)';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const NETWORKS = ['strided', 'pooled'] as const;
/** Side of the photo: PHOTOGUARD_BENCH_SIDE, for a first try at a small one. */
const SIDE = Number(process.env.PHOTOGUARD_BENCH_SIDE ?? 512);
const ROUNDS = Number(process.env.PHOTOGUARD_BENCH_ROUNDS ?? 4);
/** Of the time in Chromium by that in Node. */
const GOAL = { atMost: 1.5 };

/** What is measured, by name: PHOTOGUARD_BENCH_PARTS has some of them, with commas. */
const PARTS: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  ...Object.fromEntries(NETWORKS.map((network) => [network, () => compare(network)])),
  page: benchPage,
  photos: benchManyPhotos,
};

/** Runs the bench. Rows are also logged as they come, since all of it takes long. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const name of process.env.PHOTOGUARD_BENCH_PARTS?.split(',') ?? Object.keys(PARTS)) {
    const measure = PARTS[name];
    if (!measure) throw new Error(`there is no part ${name}: there are ${Object.keys(PARTS).join(', ')}`);
    const measured = await measure();
    for (const line of formatTable(measured).split('\n')) log(line);
    rows.push(...measured);
  }
  return rows;
}

async function compare(network: string): Promise<BenchRow[]> {
  const start = (file: string, ...more: readonly string[]) =>
    startChild(process.execPath, ['--conditions=source', here(file), network, String(SIDE), ...more]);
  const children = {
    page: start('web/browser.ts', 'spinning'),
    sleepy: start('web/browser.ts', 'sleeping'),
    node: start('web/node.ts'),
  };
  // What each takes before it has loaded a network.
  await Promise.all(Object.values(children).map((child) => child.ask({ ready: true })));
  const empty = { page: children.page.peakBytes() ?? 0, node: children.node.peakBytes() ?? 0 };
  const seconds = async (child: (typeof children)['page']): Promise<number> =>
    ((await child.ask({})) as { readonly seconds: number }).seconds;
  const times = await alternate(
    {
      page: () => seconds(children.page),
      sleepy: () => seconds(children.sleepy),
      node: () => seconds(children.node),
    },
    ROUNDS,
  );
  await children.sleepy.end();
  const [page, node] = [(await children.page.end()).peakBytes ?? 0, (await children.node.end()).peakBytes ?? 0];
  const name = `${network} ${SIDE}x${SIDE}`;
  return [
    row(`${name}: best time of a gradient, s`, times.page.best, { peer: times.node.best, goal: GOAL }),
    row(`${name}: median time of a gradient, s`, times.page.median, { peer: times.node.median }),
    row(`${name}: best time with threads that sleep, s`, times.sleepy.best, { peer: times.node.best }),
    row(`${name}: peak memory beyond an empty page or process, MB`, (page - empty.page) / 1e6, {
      peer: (node - empty.node) / 1e6,
    }),
  ];
}
