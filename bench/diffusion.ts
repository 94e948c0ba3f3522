// One gradient of the diffusion attack here and in PyTorch, taking turns, on a small trained editor at 128x128 with
// guidance: time per denoising step, peak resident memory of all processes, and how memory grows with the steps. Also
// an edit of 50 steps here and in diffusers.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PhotoGuardError } from 'photoguard/errors';
import { type Child, startChild } from '../tests/support/child.ts';
import { alternate } from './support/alternate.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { benchPython } from './support/python.ts';

/** For the list of benches. */
export const about =
  'a gradient of the diffusion attack and an edit against PyTorch (PHOTOGUARD_EDITOR, default the lab editor; five minutes)';

const here = fileURLToPath(new URL('.', import.meta.url));
const OURS = join(here, 'diffusion/ours.ts');
const PEER = join(here, 'diffusion/peer.py');
const SIDE = '128';
const ROUNDS = 5;

/** Runs the bench. @throws PhotoGuardError `usage` if there is no editor */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const folder = process.env.PHOTOGUARD_EDITOR ?? join(here, '../../shared/hub/lab/photo-ldm-128-inpaint');
  if (!existsSync(join(folder, 'model_index.json')))
    throw new PhotoGuardError('usage', 'set PHOTOGUARD_EDITOR to the folder of a pipeline');
  const python = await benchPython(context);
  const ours = (task: string, steps: number): Child =>
    startChild(process.execPath, ['--conditions=source', OURS, task, folder, SIDE, String(steps)]);
  const peer = (mode: string, steps: number): Child => startChild(python, [PEER, mode, folder, SIDE, String(steps)]);
  return [
    ...(await gradients(10, { ours: ours('gradient', 10), peers: PEERS.map((mode) => peer(mode, 10)) }, context)),
    ...(await growth(ours, context)),
    ...(await edits({ ours: ours('edit', 50), peer: peer('edit', 50) }, context)),
  ];
}

const PEERS = ['plain', 'checkpoint', 'blocks'];

const seconds = async (child: Child): Promise<number> => ((await child.ask({})) as { seconds: number }).seconds;

async function gradients(
  steps: number,
  { ours, peers }: { ours: Child; peers: readonly Child[] },
  { log }: BenchContext,
): Promise<BenchRow[]> {
  log(`gradients through ${steps} steps`);
  const [plain, checkpointed, blocks] = peers as [Child, Child, Child];
  const times = await alternate(
    {
      ours: () => seconds(ours),
      plain: () => seconds(plain),
      checkpointed: () => seconds(checkpointed),
      blocks: () => seconds(blocks),
    },
    ROUNDS,
  );
  const bytes = async (child: Child): Promise<number> => ((await child.end()).peakBytes ?? 0) / 1e6;
  const memory = { ours: await bytes(ours), plain: await bytes(plain) };
  const least = Math.min(await bytes(checkpointed), await bytes(blocks));
  const name = `a gradient through ${steps} steps`;
  const rows: BenchRow[] = [];
  for (const kind of ['best', 'median'] as const) {
    const each = (time: number): number => (1000 * time) / steps;
    const mine = each(times.ours[kind]);
    const recomputing = each(Math.min(times.checkpointed[kind], times.blocks[kind]));
    rows.push(
      row(`${name}, ms a step (${kind}), against plain`, mine, {
        peer: each(times.plain[kind]),
        goal: { atMost: 1 },
      }),
      row(`${name}, ms a step (${kind}), against checkpointing`, mine, { peer: recomputing, goal: { atMost: 0.75 } }),
    );
  }
  rows.push(
    row(`${name}, peak MB, against plain`, memory.ours, { peer: memory.plain, goal: { atMost: 0.35 } }),
    row(`${name}, peak MB, against checkpointing`, memory.ours, { peer: least, goal: { atMost: 0.8 } }),
  );
  return rows;
}

async function growth(ours: (task: string, steps: number) => Child, { log }: BenchContext): Promise<BenchRow[]> {
  log('memory by steps');
  const peak = async (steps: number): Promise<number> => {
    const child = ours('gradient', steps);
    for (let i = 0; i < 3; i++) await seconds(child);
    return ((await child.end()).peakBytes ?? 0) / 1e6;
  };
  const few = await peak(4);
  return [row('peak MB through 50 steps against 4', await peak(50), { peer: few, goal: { atMost: 1.1 } })];
}

async function edits({ ours, peer }: { ours: Child; peer: Child }, { log }: BenchContext): Promise<BenchRow[]> {
  log('edits');
  const times = await alternate({ ours: () => seconds(ours), peer: () => seconds(peer) }, ROUNDS);
  await ours.end();
  await peer.end();
  return (['best', 'median'] as const).map((kind) =>
    row(`an edit of 50 steps, s (${kind}), against diffusers`, times.ours[kind], {
      peer: times.peer[kind],
      goal: { atMost: 1 },
    }),
  );
}
