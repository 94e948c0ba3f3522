// node --conditions=source training/train-surrogates.ts --photos FOLDER --small FOLDER --hub FOLDER --out FOLDER
// Trains the encoders of models/surrogates from random weights.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Encoder } from 'photoguard/models';
import { loadAutoencoder } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { runCommand, wholeNumber } from './common/command.ts';
import { positive, readOptions } from './engine/command.ts';
import { openCropSource } from './surrogates/crops.ts';
import { SPACES, type SpaceName, STUDENTS, TEACHERS } from './surrogates/designs.ts';
import { makeExamples } from './surrogates/examples.ts';
import { hasRound, Pool, writeRound } from './surrogates/pool.ts';
import { measureSpaces, readSpaces } from './surrogates/space-statistics.ts';
import { trainStudent } from './surrogates/student.ts';

const ABOUT = `Usage: node --conditions=source training/train-surrogates.ts --photos FOLDER --small FOLDER --hub FOLDER --out FOLDER

Trains small encoders to give the latents of larger ones, from random weights: rounds of making examples (crops, half of
them attacked, and every teacher's latents of them) and of training each student on the newest. It can be stopped at any
time: run again, it goes on from its checkpoints. OUT/<student>/model is the model so far, OUT/<student>/log.html its log.`;

/** Batches of a round. */
const ROUND = { clean: 8, onStudents: 8, onTeachers: 4 } as const;
const WARMUP_STEPS = 50;

await runCommand('train-surrogates', async (signal) => {
  const options = readOptions(ABOUT, {
    photos: ['folder of large photos'],
    small: ['folder of small photos'],
    hub: ['folder of the teachers, as <owner>/<name>'],
    out: ['folder of the training'],
    rounds: ['rounds of the whole training', '22'],
    steps: ['steps of each student in a round', '120'],
    batch: ['crops a step', '16'],
    side: ['pixels of a side', '96'],
    rate: ['highest learning rate', '0.002'],
    seed: ['of crops, attacks and weights', '0'],
    threads: ['threads of an operator', '2'],
    minutes: ['stop after so many', 'Infinity'],
  });
  if (!options) return;
  const { out } = options;
  const rounds = wholeNumber('rounds', options.rounds, 1, 10_000);
  const steps = wholeNumber('steps', options.steps, 1);
  const shape = {
    size: wholeNumber('batch', options.batch, 1, 1024),
    side: wholeNumber('side', options.side, 32, 512),
  };
  const seed = wholeNumber('seed', options.seed, 0);
  const threads = wholeNumber('threads', options.threads, 1, 1024);
  const rate = { peak: positive('rate', options.rate), warmup: WARMUP_STEPS, steps: rounds * steps };
  const end = Date.now() + 60_000 * positive('minutes', options.minutes);
  await mkdir(out, { recursive: true });

  const teachers = new Map<SpaceName, Encoder>();
  for (const space of SPACES)
    teachers.set(space, (await loadAutoencoder(join(options.hub, TEACHERS[space]))).autoencoder);
  const source = await openCropSource([options.photos, options.small], shape.side, signal);
  console.error(`${source.large.length} large photos, ${source.small.length} small ones`);

  const pool = new Pool(out);
  for (let round = 0; round < rounds && Date.now() < end && !signal.aborted; round++) {
    const began = Date.now();
    if (!hasRound(out, round)) {
      const runtime = await openRuntime({ device: 'cpu', threads });
      try {
        const spaces = await readSpaces(out);
        const made = await makeExamples({ runtime, source, teachers, spaces, out, shape, seed, signal }, round, ROUND);
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
      await trainStudent({ ...{ name, out, spaces, pool, shape, rate, until, seed, threads, signal } });
      if (signal.aborted) return;
    }
    const [making, training] = [(made - began) / 1000, (Date.now() - made) / 1000];
    console.error(
      `round ${round + 1} of ${rounds}: examples ${making.toFixed(0)} s, students ${training.toFixed(0)} s`,
    );
  }
});
