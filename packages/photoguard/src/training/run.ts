// Runs a training to its end: learning rate, log, live line, page of curves, checkpoints, and a clean stop. The caller
// defines the steps and the checks.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cosineRate, type RateSchedule } from 'onnx-grad/optim';
import type { Html } from '../report/index.ts';
import { loadTraining, saveTraining } from './checkpoint.ts';
import type { LiveLine } from './live-line.ts';
import { type Curves, writeTrainingPage } from './page.ts';
import type { FirstTensor } from './parameters.ts';
import { type LogLine, openLog, readLog } from './run-log.ts';
import type { StepResult, Trainer, TrainerState } from './trainer.ts';

/** A training to run. */
export interface RunOptions {
  /** Folder of the checkpoint (last.safetensors), the log (log.jsonl) and its page (log.html). */
  readonly out: string;
  readonly trainer: Trainer;
  readonly parameters: ReadonlyMap<string, FirstTensor>;
  readonly rate: RateSchedule;
  /** Stops after this step, to be gone on with later. Default: the last one of the schedule. */
  readonly until?: number;
  readonly samplesPerStep: number;
  /** Steps between lines of the log, and between checks. */
  readonly logEvery: number;
  readonly checkEvery: number;
  /** Stops after this many minutes, to be resumed later. Default: none. */
  readonly minutes?: number;
  readonly signal?: AbortSignal;
  /** @throws PhotoGuardError `model`, which ends the run, if the loss or its gradient is not finite */
  step(step: number, rate: number): Promise<StepResult>;
  /** Figures of the current weights. */
  check(): Promise<Readonly<Record<string, number>>>;
  /** Title of the page, and a sentence about the training. */
  readonly title: string;
  readonly about: string;
  /** Plots of the page. Default: one for losses, one for those of validation, one for each other figure. */
  readonly curves?: readonly Curves[];
  /** Where it shows progress. */
  readonly live: LiveLine;
  /** What else a checkpoint keeps, `<state>.<weight>`, and who hears of it when a training is resumed. Default: nothing. */
  readonly beside?: { read(): TrainerState; restore(states: TrainerState): void };
  /** Pictures for the page. Default: none. */
  samples?(): Promise<readonly Html[]>;
}

/** How a run ended. */
export interface RunResult {
  /** Steps done, in all runs. */
  readonly steps: number;
  readonly finished: boolean;
}

const SAVE_SECONDS = 300;

/**
 * Resumes from the checkpoint in `out`, or starts.
 * @throws PhotoGuardError `model` if the loss, its gradient or a weight is not finite; the previous checkpoint is kept
 */
export async function runTraining(options: RunOptions): Promise<RunResult> {
  const { out, trainer, parameters, rate, samplesPerStep, signal, live } = options;
  await mkdir(out, { recursive: true });
  const file = join(out, 'last.safetensors');
  const before = existsSync(file) ? await loadTraining(file) : undefined;
  if (before) await trainer.restore(before.states);
  if (before) options.beside?.restore(before.states);
  const first = before?.steps ?? 0;
  const logFile = join(out, 'log.jsonl');
  const log = await openLog(logFile, first);
  const writePage = async (step: number, seconds: number): Promise<void> => {
    const { title, about, curves } = options;
    const [lines, samples] = [await readLog(logFile), (await options.samples?.()) ?? []];
    await writeTrainingPage(join(out, 'log.html'), {
      title,
      about,
      lines,
      samples,
      curves,
      left: { steps: rate.steps - step, seconds },
    });
  };
  const save = async (step: number): Promise<void> =>
    saveTraining(file, step, { ...(await trainer.read()), ...options.beside?.read() }, parameters);

  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const last = Math.min(options.until ?? rate.steps, rate.steps);
  const limit = 60 * (options.minutes ?? Number.POSITIVE_INFINITY);
  let saved = 0;
  let sums = new Means();
  let step = first;
  while (step < last && !signal?.aborted && seconds() < limit) {
    const learningRate = cosineRate(step, rate);
    const began = seconds();
    step++;
    const { loss, norm, kept } = await options.step(step, learningRate);
    live.step({ step, steps: rate.steps, loss, samples: samplesPerStep, seconds: seconds() - began });
    sums.add({ loss, norm, ...kept });
    const isLast = step === last;
    if (step % options.logEvery === 0 || isLast) {
      const isCheck = step % options.checkEvery === 0 || isLast;
      const samplesPerSecond = ((step - first) * samplesPerStep) / seconds();
      const line = rounded({
        ...{ step, samples: step * samplesPerStep, ...sums.take(), rate: learningRate, samplesPerSecond },
        ...(isCheck ? await options.check() : {}),
      });
      sums = new Means();
      await log(line);
      live.log(line);
      if (isCheck) await writePage(step, (seconds() / (step - first)) * (rate.steps - step));
    }
    if (seconds() - saved > SAVE_SECONDS) {
      await save(step);
      saved = seconds();
    }
  }
  live.done();
  if (step > first) await save(step);
  return { steps: step, finished: step >= rate.steps };
}

// Means of numbers by name.
class Means {
  readonly #sums = new Map<string, number>();
  #count = 0;

  add(values: Readonly<Record<string, number>>): void {
    this.#count++;
    for (const [name, value] of Object.entries(values)) this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
  }

  take(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#count]));
  }
}

const rounded = (line: LogLine): LogLine =>
  Object.fromEntries(
    Object.entries(line).map(([name, value]) => [name, Number(Number(value).toPrecision(6))]),
  ) as LogLine;
