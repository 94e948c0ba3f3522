// Does immunizations that the queue hands out. A job may be handed out again, after a process was killed for instance; each
// time is an attempt of its own, and only the attempt that the row names can end it.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Away } from '../away.ts';
import { traced } from '../operations/traces.ts';
import type { Service } from '../service.ts';
import { ending } from '../webhooks/announce.ts';
import {
  advance,
  begin,
  type Failure,
  fail,
  finish,
  handBack,
  type Immunization,
  type Progress,
} from './immunization.ts';
import type { Immunizers } from './immunizers.ts';
import { commandFlags } from './options.ts';

const PROGRESS_MS = 500;
/** Codes of a command that could not write its result, and what is wrong with the disk then. */
const DISK: Readonly<Record<string, string>> = { 'no-space': 'is full', unwritable: 'cannot be written to' };

/** Where the files of an attempt are while it works. */
export const workFolder = ({ dataDir }: Service['settings'], attempt: string): string => join(dataDir, 'work', attempt);

/** Options of {@link immunize}. */
export interface Attempt {
  /** Fires when the process is to end: the work is handed back. */
  readonly stopping: AbortSignal;
  /** Run the command. */
  readonly immunizers: Pick<Immunizers, 'run'>;
}

/**
 * Immunizes the photo of a row.
 * @throws Error if it was interrupted, so that the queue hands it out again
 */
export async function immunize(id: string, service: Service, options: Attempt): Promise<void> {
  const { database, settings, log } = service;
  const { stopping } = options;
  const attempt = randomUUID();
  const row = await begin(database, id, attempt);
  if (!row) return; // done before, cancelled, or deleted
  const folder = workFolder(settings, attempt);
  const started = performance.now();
  try {
    if (row.former) await forget(row.id, row.former, service);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await inFolder(row, attempt, folder, service, options);
    log('immunized', { id, attempt, seconds: (performance.now() - started) / 1000 });
  } catch (error) {
    if (!stopping.aborted) log('immunization broke', { id, attempt, error: String(error) });
    await handBack(database, id, attempt).catch(() => {}); // away too: the next attempt takes it over
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Deletes what an attempt left whose process was killed. */
async function forget(id: string, attempt: string, { objects, settings }: Service): Promise<void> {
  await rm(workFolder(settings, attempt), { recursive: true, force: true });
  await objects.delete([resultKey(id, attempt)]);
}

const resultKey = (id: string, attempt: string): string => `results/${id}-${attempt}`;

async function inFolder(
  row: Immunization,
  attempt: string,
  folder: string,
  service: Service,
  { stopping, immunizers }: Attempt,
): Promise<void> {
  const { database, objects, settings, metrics } = service;
  const giveUp = async (failure: Failure): Promise<void> => {
    metrics.failed(failure.code);
    await ending(service, (sql) => fail(sql, row.id, failure, attempt));
  };
  const photo = await traced('get photo', {}, () => objects.get(row.photo));
  if (!photo) return giveUp({ code: 'gone', message: 'the photo is no longer there' });
  const input = join(folder, 'photo');
  const output = join(folder, 'result');
  await writeFile(input, photo, { mode: 0o600 });
  const unwanted = new AbortController();
  const watch = watchRow(
    (progress) => advance(database, row.id, attempt, progress),
    () => unwanted.abort(),
  );
  const signal = AbortSignal.any([stopping, unwanted.signal]);
  try {
    const flags = commandFlags(row.options, settings);
    const outcome = await traced('photoguard immunize', {}, async (span) => {
      const outcome = await immunizers.run([input, output], flags, { signal, onProgress: watch.note });
      span.setAttribute('photoguard.code', 'failure' in outcome ? outcome.failure.code : 'done');
      return outcome;
    });
    stopping.throwIfAborted();
    if (unwanted.signal.aborted) return;
    if ('failure' in outcome) {
      // Its folder is ours: the disk is full or broken, which is not the photo's fault.
      const onDisk = DISK[outcome.failure.code];
      if (onDisk) throw new Away('the disk', outcome.failure.message, onDisk);
      const message = outcome.failure.message.replaceAll(`${folder}/`, '');
      return await giveUp({ ...outcome.failure, message });
    }
    const { input: _, output: written, compare: __, ...report } = outcome.report;
    const key = resultKey(row.id, attempt);
    await traced('put result', {}, async () => objects.put(key, await readFile(String(written))));
    const format = /\.(\w+)$/.exec(String(written))?.[1] ?? 'png';
    const end = { result: key, report: { ...report, format } };
    if (!(await ending(service, (sql) => finish(sql, row.id, attempt, end))))
      await objects.delete([key]); // cancelled or deleted meanwhile
    else metrics.ran(Number(report.seconds));
  } finally {
    await watch.end();
  }
}

/** Tells the row now and then how far its attempt is, and finds out whether it is still wanted. */
function watchRow(tell: (progress: Progress) => Promise<boolean>, onUnwanted: () => void) {
  let latest: Progress = { doing: 'starting' };
  let telling: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    telling = tell(latest)
      .then((wanted) => wanted || onUnwanted())
      .catch(() => {}) // the database is away for a moment: the next time tells
      .then(() => void (busy = false));
  }, PROGRESS_MS);
  return {
    note: (progress: Progress): void => void (latest = progress),
    end: (): Promise<void> => {
      clearInterval(timer);
      return telling;
    },
  };
}
