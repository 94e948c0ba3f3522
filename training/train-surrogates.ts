// node --conditions=source training/train-surrogates.ts --photos FOLDER --small FOLDER --hub FOLDER --out FOLDER
// Trains the encoders of models/surrogates from random weights.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { printError, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import type { Encoder } from 'photoguard/models';
import { loadAutoencoder, loadSurrogates } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { addTrainingOptions, type TrainingOptions } from './engine/options.ts';
import { openCropSource } from './surrogates/crops.ts';
import { SPACES, type SpaceName, STUDENTS, TEACHERS } from './surrogates/designs.ts';
import { makeExamples } from './surrogates/examples.ts';
import { hasRound, Pool, writeRound } from './surrogates/pool.ts';
import { measureSpaces, readSpaces, writeSpaces } from './surrogates/space-statistics.ts';
import { trainStudent } from './surrogates/student.ts';

interface Options extends TrainingOptions {
  readonly photos: string;
  readonly small: string;
  readonly hub: string;
  readonly begin?: string;
  readonly rounds: number;
  readonly steps: number;
  readonly side: number;
}

const command = addTrainingOptions(
  new Command('train-surrogates')
    .description(
      `Trains small encoders to give the latents of larger ones, from random weights: rounds of making examples (crops, most of
them attacked, and every teacher's latents of them) and of training each student on the newest. It can be stopped at any
time: run again, it goes on from its checkpoints. FOLDER/<student>/model is the model so far, FOLDER/<student>/log.html
its log.`,
    )
    .requiredOption('--photos <folder>', 'large photos')
    .requiredOption('--small <folder>', 'small photos')
    .requiredOption('--hub <folder>', 'the teachers, as <owner>/<name>')
    .option('--begin <folder>', 'surrogates to begin as; default: random weights')
    .option('--rounds <n>', 'rounds of the whole training', whole(1), 22)
    .option('--steps <n>', 'steps of each student in a round', whole(1), 120)
    .addHelpText(
      'after',
      '\nExample:\n  node --conditions=source training/train-surrogates.ts --photos large --small small --hub hub --out runs/surrogates',
    ),
  {
    rate: 0.002,
    of: 'crops, attacks and weights',
    batch: { of: 'crops a step', count: 16 },
    side: { least: 32, most: 512, pixels: 96 },
  },
);

/** Batches of a round. */
const ROUND = { clean: 5, onStudents: 8, onTeachers: 7 } as const;
const WARMUP_STEPS = 50;

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const { out, rounds, steps, batch, side, seed, threads, minutes } = options;
  const shape = { size: batch, side };
  const rate = { peak: options.rate, warmup: WARMUP_STEPS, steps: rounds * steps };
  const end = Date.now() + 60_000 * minutes;
  await mkdir(out, { recursive: true });
  if (options.begin && !(await readSpaces(out))) {
    const [first] = await loadSurrogates(options.begin);
    await writeSpaces(out, new Map(first!.surrogate.config.spaces.map((space) => [space.name, space])));
  }
  const beginning = (name: string): string | undefined => options.begin && join(options.begin, name);

  const teachers = new Map<SpaceName, Encoder>();
  for (const space of SPACES)
    teachers.set(space, (await loadAutoencoder(join(options.hub, TEACHERS[space]))).autoencoder);
  const source = await openCropSource([options.photos, options.small], side, signal);
  printError(`${source.large.length} large photos, ${source.small.length} small ones`);

  const pool = new Pool(out);
  for (let round = 0; round < rounds && Date.now() < end && !signal.aborted; round++) {
    const began = Date.now();
    if (!hasRound(out, round)) {
      const runtime = await openRuntime({ device: 'cpu', threads });
      try {
        const spaces = await readSpaces(out);
        const students = Object.keys(STUDENTS).map((name) => {
          const model = join(out, name, 'model');
          return existsSync(model) ? model : (beginning(name) ?? model);
        });
        const from = { runtime, source, teachers, spaces, students, shape, seed, signal };
        const made = await makeExamples(from, round, ROUND);
        if (!spaces) await measureSpaces(out, made, teachers);
        await writeRound(out, round, made);
      } finally {
        await runtime.close();
      }
    }
    const made = Date.now();
    await pool.open(round);
    const spaces = (await readSpaces(out))!;
    for (const name of Object.keys(STUDENTS)) {
      const until = (round + 1) * steps;
      await trainStudent({
        ...{ name, out, begin: beginning(name), spaces, pool, shape, rate, until, seed, threads, signal },
      });
      if (signal.aborted) return;
    }
    const [making, training] = [(made - began) / 1000, (Date.now() - made) / 1000];
    printError(`round ${round + 1} of ${rounds}: examples ${making.toFixed(0)} s, students ${training.toFixed(0)} s`);
  }
};

await runCommand(command, run, { stopped: 'stopped; run it again to resume' });
