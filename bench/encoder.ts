// One gradient of the encoder attack here and in PyTorch, taking turns: the Stable Diffusion 1 autoencoder (its real
// architecture, random weights) and the real TAESD. Time, peak resident memory of all processes, and the share of the
// machine's convolution rate.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveModel } from 'photoguard/models/node';
import { startChild } from '../tests/support/child.ts';
import { alternate } from './support/alternate.ts';
import { type BenchContext, type BenchRow, type Goal, row } from './support/bench.ts';
import { benchPython } from './support/python.ts';

/** For the list of benches. */
export const about = 'a gradient of the encoder attack against PyTorch: time and memory (ten minutes)';

const here = fileURLToPath(new URL('.', import.meta.url));
const OURS = join(here, 'encoder/ours.ts');
const PEER = join(here, 'encoder/peer.py');
const ROUNDS = 4;

/** What is measured: a model at a size, with the goals of its ratios. */
interface Case {
  readonly model: 'sd1' | 'taesd';
  readonly size: number;
  readonly plan: 'default' | 'least';
  readonly time: number;
  readonly memory: number;
}

const CASES: readonly Case[] = [
  { model: 'sd1', size: 256, plan: 'default', time: 0.95, memory: 0.6 },
  { model: 'sd1', size: 256, plan: 'least', time: 1.4, memory: 0.45 },
  { model: 'sd1', size: 512, plan: 'default', time: 0.7, memory: 0.6 },
  { model: 'sd1', size: 512, plan: 'least', time: 1.1, memory: 0.35 },
  { model: 'taesd', size: 256, plan: 'default', time: 0.8, memory: 0.6 },
  { model: 'taesd', size: 512, plan: 'default', time: 0.8, memory: 0.6 },
];

/** Runs the bench. */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const python = await benchPython(context);
  const folders = { sd1: randomSd1(context, python), taesd: (await resolveModel('taesd')).folder };
  const rows: BenchRow[] = [];
  for (const one of CASES) {
    context.log(`${one.model} at ${one.size}x${one.size}, ${one.plan} plan`);
    rows.push(...(await compare(one, folders[one.model], python)));
  }
  return rows;
}

interface OurAnswer {
  readonly seconds: number;
  readonly plannedBytes?: number;
  readonly flops?: number;
  /** Floating-point operations per second of the fastest convolution here. */
  readonly rate?: number;
}

async function compare({ model, size, plan, time, memory }: Case, folder: string, python: string): Promise<BenchRow[]> {
  const ours = startChild(process.execPath, ['--conditions=source', OURS, folder, String(size), plan]);
  // channels_last is PyTorch's best mode for these models; its eager default is slower and larger.
  const peer = startChild(python, [PEER, model, folder, String(size)]);
  const first = (await ours.ask({ describe: true })) as OurAnswer;
  const times = await alternate(
    {
      ours: async () => ((await ours.ask({})) as OurAnswer).seconds,
      peer: async () => ((await peer.ask({})) as OurAnswer).seconds,
    },
    ROUNDS,
  );
  const { rate = 0 } = (await ours.ask({ rate: true })) as OurAnswer;
  const [mine, theirs] = [(await ours.end()).peakBytes ?? 0, (await peer.end()).peakBytes ?? 0];
  const name = `${model} ${size}x${size}, ${plan} plan`;
  const rows = [
    row(`${name}: best time of a gradient, s`, times.ours.best, { peer: times.peer.best, goal: { atMost: time } }),
    row(`${name}: median time of a gradient, s`, times.ours.median, { peer: times.peer.median }),
    row(`${name}: peak memory of all processes, MB`, mine / 1e6, { peer: theirs / 1e6, goal: { atMost: memory } }),
    row(`${name}: planned / measured peak`, (first.plannedBytes ?? 0) / peakless(mine), { goal: { atLeast: 0.85 } }),
  ];
  const share = (first.flops ?? 0) / times.ours.best / rate;
  const goal: Goal | undefined = model === 'sd1' && plan === 'default' ? { atLeast: 0.85 } : undefined;
  rows.push(row(`${name}: share of the machine's convolution rate`, share, goal ? { goal } : {}));
  return rows;
}

/** Not included in the planned figure: the bench's own Node process. */
const OWN_PROCESS_BYTES = 75e6;
const peakless = (bytes: number): number => bytes - OWN_PROCESS_BYTES;

// The architecture of Stable Diffusion 1's autoencoder with random weights, written once by diffusers.
function randomSd1({ cache, log }: BenchContext, python: string): string {
  const folder = join(cache, 'sd1-random');
  if (existsSync(join(folder, 'config.json'))) return folder;
  log('writing random weights of the Stable Diffusion 1 autoencoder');
  execFileSync(python, [PEER, 'write', folder, '0'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return folder;
}
