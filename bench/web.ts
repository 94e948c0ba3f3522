// A gradient of the attack through each embedded surrogate, in Chromium on wasm and in Node, on two threads each, taking
// turns: time, and what each takes of memory. Chromium also with threads that sleep while they wait (`spinning: false`). Then the
// page as a whole (web/whole-page.ts).
import { fileURLToPath } from 'node:url';
import { startChild } from '../tests/support/child.ts';
import { alternate } from './support/alternate.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { benchPage } from './web/whole-page.ts';

/** For the list of benches. */
export const about =
  'a gradient through each surrogate in Chromium (wasm) against Node, two threads each; the page (twenty minutes)';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const NETWORKS = ['strided', 'pooled'] as const;
/** Side of the photo: PHOTOGUARD_BENCH_SIDE, for a first try at a small one. */
const SIDE = Number(process.env.PHOTOGUARD_BENCH_SIDE ?? 512);
const ROUNDS = Number(process.env.PHOTOGUARD_BENCH_ROUNDS ?? 4);
/** Of the time in Chromium by that in Node. */
const GOAL = { atMost: 1.5 };

/** Runs the bench. */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const network of NETWORKS) {
    context.log(`${network} at ${SIDE}x${SIDE}`);
    rows.push(...(await compare(network)));
  }
  rows.push(...(await benchPage(context)));
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
