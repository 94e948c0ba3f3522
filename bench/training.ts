// One optimiser step of the editor of models/mini (batch 32, 10.4 million weights: forward, backward, clipping, AdamW,
// moving average) here and in PyTorch, taking turns, and the peak resident memory of all their processes.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../tests/support/child.ts';
import { alternate } from './support/alternate.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { benchPython } from './support/python.ts';

/** For the list of benches. */
export const about = 'an optimiser step against PyTorch: eager, compiled, and bfloat16 as a mark (four minutes)';

const here = fileURLToPath(new URL('training/', import.meta.url));
const ROUNDS = 7;

/** Runs the bench. */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const python = await benchPython(context);
  const peer = (mode: string): Child => startChild(python, [join(here, 'peer.py'), mode]);
  const children = {
    ours: startChild(process.execPath, ['--conditions=source', join(here, 'ours.ts')]),
    eager: peer('eager'),
    compiled: peer('compiled'),
    bfloat16: peer('bfloat16'),
  };
  context.log('compiling and warming up takes a minute or two');
  const step = (child: Child) => async (): Promise<number> => ((await child.ask({})) as { seconds: number }).seconds;
  const times = await alternate(
    {
      ours: step(children.ours),
      eager: step(children.eager),
      compiled: step(children.compiled),
      bfloat16: step(children.bfloat16),
    },
    ROUNDS,
  );
  const megabytes = async (child: Child): Promise<number> => ((await child.end()).peakBytes ?? 0) / 1e6;
  const rows = (['best', 'median'] as const).flatMap((kind) => {
    const best = Math.min(times.eager[kind], times.compiled[kind]);
    const is = times.eager[kind] === best ? 'eager' : 'compiled';
    return [
      row(`a step of 32, s (${kind}), against float32 ${is}`, times.ours[kind], { peer: best, goal: { atMost: 1.5 } }),
      row(`a step of 32, s (${kind}), against bfloat16 compiled: a mark`, times.ours[kind], {
        peer: times.bfloat16[kind],
      }),
    ];
  });
  const ours = await megabytes(children.ours);
  const theirs = Math.min(await megabytes(children.eager), await megabytes(children.compiled));
  await children.bfloat16.end();
  return [...rows, row('peak MB, against the lesser of float32', ours, { peer: theirs, goal: { atMost: 0.8 } })];
}
