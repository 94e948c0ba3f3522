// node --conditions=source training/reproduce.ts --cache FOLDER [--steps N]
// Proves the training engine: trains the editor here and in PyTorch from the same first weights on the same batches, and
// compares the loss of every step and the validation loss at the end.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aboveZero, print, printError, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import { sizeOf } from 'onnx-grad';
import { cosineRate } from 'onnx-grad/optim';
import { writeSafetensors } from 'photoguard/models';
import { openRuntime } from 'photoguard/runtime/node';
import { runChild } from '../tests/support/child.ts';
import { type EditorBatch, openEditorCache } from './data/editor-cache.ts';
import { type EditorTraining, OPTIMISER, openEditorTraining } from './editor/training.ts';
import { type PeerFigures, readPeerFigures } from './reproduce/peer-lines.ts';

interface Options {
  readonly cache: string;
  readonly steps: number;
  readonly batch: number;
  readonly rate: number;
  readonly samples: number;
}

const command = new Command('reproduce')
  .description(
    `Trains the editor here and in PyTorch from the same weights on the same batches. PHOTOGUARD_BENCH_PYTHON names a Python
with torch, diffusers, transformers and safetensors (default python3).`,
  )
  .requiredOption('--cache <folder>', 'folder that prepare.ts has made')
  .option('--steps <n>', 'steps to compare', whole(1), 200)
  .option('--batch <n>', 'samples a step', whole(1), 32)
  .option('--rate <number>', 'highest learning rate, after a warm-up of 300 steps', aboveZero, 0.0006)
  .option('--samples <n>', 'samples of the training that these are the first steps of', whole(1), 312_000);

const SEED = 0;
const VALIDATION_ROWS = 64;

await runCommand<Options>(command, async (options) => {
  const { steps, batch: size } = options;
  const schedule = { peak: options.rate, warmup: 300, steps: Math.ceil(options.samples / size) };
  const rates = Array.from({ length: steps }, (_, step) => cosineRate(step, schedule));
  const cache = await openEditorCache(options.cache);
  const runtime = await openRuntime({ device: 'cpu' });
  const folder = await mkdtemp(join(tmpdir(), 'photoguard-reproduce-'));
  try {
    const training = await openEditorTraining({ runtime, cache, size, seed: SEED });
    await writeFirst(folder, training, rates, cache);
    const losses: number[] = [];
    for (let step = 1; step <= steps; step++) {
      await writeBatch(join(folder, `batch-${step}.safetensors`), cache.batch({ size, seed: SEED, step: step - 1 }));
      losses.push((await training.step(step, rates[step - 1]!)).loss);
      if (step % 20 === 0) printError(`here: step ${step}, loss ${losses.at(-1)!.toFixed(5)}`);
    }
    const ours = await training.validate();
    printError('the same in PyTorch');
    const peer = fileURLToPath(new URL('reproduce/peer.py', import.meta.url));
    const { stdout } = await runChild(process.env.PHOTOGUARD_BENCH_PYTHON ?? 'python3', [peer, folder]);
    report(losses, ours, readPeerFigures(stdout, steps));
  } finally {
    await runtime.close();
    await rm(folder, { recursive: true });
  }
});

// Means of tenths of the run: single steps differ by the draw of their batch.
function report(
  losses: readonly number[],
  ours: Readonly<Record<string, number>>,
  { losses: theirs, validation }: PeerFigures,
): void {
  const percent = (a: number, b: number): string => `${(100 * (a / b - 1)).toFixed(3)}%`;
  const show = (what: string, a: number, b: number): void =>
    print(`${what.padEnd(24)} ${a.toFixed(5).padStart(9)} ${b.toFixed(5).padStart(9)} ${percent(a, b).padStart(9)}`);
  print(`${''.padEnd(24)} ${'here'.padStart(9)} ${'PyTorch'.padStart(9)}`);
  const tenth = Math.max(1, Math.floor(losses.length / 10));
  const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;
  for (let from = 0; from < losses.length; from += tenth)
    show(
      `loss, steps ${from + 1} to ${Math.min(from + tenth, losses.length)}`,
      mean(losses.slice(from, from + tenth)),
      mean(theirs.slice(from, from + tenth)),
    );
  for (const [name, value] of Object.entries(ours)) show(name, value, validation[name]!);
}

async function writeFirst(
  folder: string,
  { configs, parameters }: EditorTraining,
  rates: readonly number[],
  cache: Awaited<ReturnType<typeof openEditorCache>>,
): Promise<void> {
  const kinds: string[] = [];
  for (const batch of cache.validation(VALIDATION_ROWS)) {
    await writeBatch(join(folder, `validation-${kinds.length}.safetensors`), batch);
    kinds.push(batch.kind);
  }
  const spec = { unet: configs.unet, text: configs.text, rates, optimiser: OPTIMISER, validation: kinds };
  await writeFile(join(folder, 'spec.json'), JSON.stringify(spec));
  await writeFile(join(folder, 'first.safetensors'), writeSafetensors(parameters));
}

async function writeBatch(path: string, batch: EditorBatch): Promise<void> {
  const n = batch.timestep.length;
  const side = Math.sqrt(batch.mask.length / n);
  const tensors = {
    sample: { shape: [n, batch.sample.length / n / side ** 2, side, side], data: batch.sample },
    target: { shape: [n, batch.target.length / n / side ** 2, side, side], data: batch.target },
    mask: { shape: [n, 1, side, side], data: batch.mask },
    timestep: { shape: [n], data: Float32Array.from(batch.timestep) },
    ids: { shape: [n, batch.ids.length / n], data: Float32Array.from(batch.ids) },
  };
  for (const { shape, data } of Object.values(tensors))
    if (sizeOf(shape) !== data.length) throw new Error('a batch is not square');
  await writeFile(path, writeSafetensors(new Map(Object.entries(tensors))));
}
