// `photoguard immunize`: attacks every photo, one after the other; a photo that only has to be written and measured shares its
// time with the next one. The whole batch is planned first, so that errors are
// reported before any work. A photo that fails is reported and the others go on; photos that an earlier run finished
// are skipped.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { openRuntime } from 'photoguard/runtime/node';
import { Trigger } from 'photoguard/trigger';
import { jsonProgress, type ProgressLine, progressLine } from '#terminal';
import { attackMethod } from './attack-method.ts';
import { Pace } from './batch-pace.ts';
import { batchSummary } from './batch-summary.ts';
import { findBudget } from './budget.ts';
import { openSigning } from './credential.ts';
import { attackCaveats } from './default-model.ts';
import { type Changed, changePhoto, type Job } from './immunize-photo.ts';
import type { PlacedPhoto } from './immunize-places.ts';
import { type Plan, planBatch } from './immunize-plan.ts';
import type { Failure } from './json-report.ts';
import { recordedModels } from './record.ts';
import { describe, type PhotoReport, shownPath } from './report.ts';
import type { Session } from './session.ts';
import type { ImmunizeOptions } from './settings.ts';
import { tellDevice } from './tell-device.ts';
import { readTriggerKey } from './trigger-key.ts';

/** The outcome of a batch so far. */
interface Tally {
  readonly results: PhotoReport[];
  /** Photos that an earlier run finished, with their results. */
  readonly skipped: { readonly input: string; readonly output: string }[];
  readonly failed: string[];
}

/** Immunizes photos and prints what was done. Returns the number of photos that failed. */
export async function immunizeBatch(
  args: readonly string[],
  options: ImmunizeOptions,
  { signal, report, openRuntime: open = openRuntime }: Session,
): Promise<number> {
  const tally: Tally = { results: [], skipped: [], failed: [] };
  const line = options.progress ? jsonProgress() : progressLine(!options.json);
  report.put({ results: tally.results, skipped: tally.skipped });
  const fail = (photo: string, failure: Failure): void => {
    tally.failed.push(photo);
    report.fail({ input: resolve(photo), ...failure });
    const [what, ...stack] = options.verbose ? failure.message.split('\n') : [failure.message];
    if (!options.json) line.printError([`${photo}: ${what}`, ...stack]);
  };
  line.show('looking through the photos');
  const plan = await planBatch(args, options, findBudget(options.memory));
  if (!options.json) for (const note of plan.notes) line.printError(note);
  for (const { input, error } of plan.failed) fail(input, describeFailure(error, options.verbose));
  if (plan.photos.length > 0) await immunizeAll(plan, options, { tally, line, fail, signal, open });
  line.done();
  const count = plan.photos.length + plan.failed.length;
  if (options.json || count < 2) return tally.failed.length;
  if (signal.aborted) line.printError(goOn(tally, count, options));
  else line.print(await summarise(tally, count));
  return tally.failed.length;
}

interface Running {
  readonly tally: Tally;
  readonly line: ProgressLine;
  readonly fail: (photo: string, failure: Failure) => void;
  readonly signal: AbortSignal;
  readonly open: NonNullable<Session['openRuntime']>;
}

async function immunizeAll(
  { photos, originals, maskHeader }: Plan,
  options: ImmunizeOptions,
  { tally, line, fail, signal, open }: Running,
): Promise<void> {
  const signing = options.credential === undefined ? undefined : await openSigning(options.credential);
  const method = await attackMethod(options, { line, signal });
  const caveats = await attackCaveats(method.models);
  const models = await recordedModels(method, signal);
  const trigger = options.trigger === undefined ? undefined : await Trigger.of(await readTriggerKey(options.trigger));
  await tellDevice(options.device, line);
  const runtime = await open({ device: options.device });
  const job: Job = {
    options,
    method,
    models,
    trigger,
    caveats,
    originals,
    runtime,
    signing,
    budget: findBudget(options.memory),
    maskHeader,
    several: photos.length > 1,
    signal,
    line,
  };
  const pace = new Pace(photos.length);
  let before: Promise<void> = Promise.resolve(); // what is left to do of the photo before; it never fails
  try {
    for (const [i, photo] of photos.entries()) {
      if (signal.aborted) break;
      if (photos.length > 1) line.place(`photo ${i + 1} of ${photos.length}`, (left) => pace.left(left));
      const end = pace.begin();
      const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
        try {
          return await work();
        } catch (error) {
          if (signal.aborted) return undefined;
          end(false);
          fail(photo.input, describeFailure(error, options.verbose));
          return undefined;
        }
      };
      const changed = await attempt(() => changePhoto(photo, job));
      await before;
      if (!changed) continue;
      before = attempt(() => finishOne(photo, changed, job, tally, fail, end));
      if (!changed.isApart) await before;
    }
  } finally {
    await before;
    line.place('');
    line.done();
    await signing?.close();
    await runtime.close();
  }
}

async function finishOne(
  photo: PlacedPhoto,
  changed: Changed,
  job: Job,
  tally: Tally,
  fail: Running['fail'],
  end: (counts: boolean) => void,
): Promise<void> {
  const { options, line, caveats } = job;
  const { input, output } = photo;
  const result = await changed.finish?.();
  end(result !== undefined);
  if (!result) {
    tally.skipped.push({ input: resolve(input), output: resolve(output) });
    if (!options.json)
      line.print(`${shownPath(resolve(output))}  done before, its record says (--force makes it anew)`);
    return;
  }
  const told = tally.results.length > 0 ? caveats : [];
  tally.results.push(result);
  if (!options.json) line.print(describe(result, told));
  const { stopped, worse } = result;
  if (stopped !== undefined)
    fail(input, { code: 'model', message: `stopped early, and wrote the best image so far: ${stopped}` });
  if (worse) fail(input, { code: 'model', message: `not protected against every model: ${worse.join('; ')}` });
}

const sumSizes = async (files: readonly string[]): Promise<number> => {
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};

async function summarise({ results, skipped, failed }: Tally, count: number): Promise<string[]> {
  return batchSummary({
    ...{ count, immunized: results.length, skipped: skipped.length, failed },
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    bytesBefore: await sumSizes(results.map(({ input }) => input)),
    bytesAfter: await sumSizes(results.map(({ output }) => output)),
  });
}

function goOn({ results, skipped }: Tally, count: number, { record, force }: ImmunizeOptions): string {
  const done = `stopped: ${results.length + skipped.length} of ${count} photos are done`;
  if (!record) return `${done}; with --no-record the command cannot tell which, so give it only the others`;
  return `${done}; run the same command${force ? ' without --force' : ''} to resume`;
}

const describeFailure = (error: unknown, verbose: boolean): Failure => ({
  code: error instanceof PhotoGuardError ? error.code : 'internal',
  message: writeMessage(error, verbose),
});

function writeMessage(error: unknown, verbose: boolean): string {
  if (verbose && error instanceof Error) return error.stack ?? error.message;
  return error instanceof PhotoGuardError
    ? error.message
    : `${error} (a bug: please report it, with the output of --verbose)`;
}
