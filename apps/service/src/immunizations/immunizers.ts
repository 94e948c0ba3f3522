// Processes that run the command `photoguard immunize`, each one photo at a time: it may take all memory, crash or be killed
// without the service noticing more than a failed photo. A process that is through with a photo takes the next, since starting
// one takes longer than a small photo; after a number of photos, or a failure, a new one takes its place.
import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Failure, Progress } from './immunization.ts';

const PROGRAM = fileURLToPath(new URL('./command-process.ts', import.meta.url));

/** How a run ended: with a report, or with what went wrong. */
export type Outcome = { readonly report: Readonly<Record<string, unknown>> } | { readonly failure: Failure };

/** What a process sends when a photo is done. */
const DOCUMENT = z.object({
  results: z.array(z.record(z.string(), z.unknown())),
  errors: z.array(z.object({ code: z.string(), message: z.string() })),
});

/** Variables that the command needs; no other is passed on, since some hold secrets. */
const PASSED =
  /^(PATH|HOME|TMPDIR|TZ|LANG|LC_.*|HF_.*|PHOTOGUARD_THREADS|NODE_COMPILE_CACHE|ORT_.*|CUDA_.*|LD_LIBRARY_PATH|SystemRoot)$/;

/** After which a process that has nothing to do is ended: it takes some 200 MB. */
const IDLE_MS = 60_000;

/** Options of {@link Immunizers.run}. */
export interface Run {
  /** Kills the process. */
  readonly signal: AbortSignal;
  /** Called for each line of progress. */
  readonly onProgress: (progress: Progress) => void;
}

/** The processes of a worker. */
export class Immunizers {
  readonly #most: number;
  readonly #idle = new Map<CommandProcess, NodeJS.Timeout>();

  /** @param most photos that a process does before it is replaced */
  constructor(most: number) {
    this.#most = most;
  }

  /** Runs the command on a photo, with flags, and says how it ended. */
  async run(
    files: readonly [input: string, output: string],
    flags: readonly string[],
    { signal, onProgress }: Run,
  ): Promise<Outcome> {
    const one = this.#take();
    const kill = (): void => one.kill();
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    try {
      const outcome = await one.run(files, flags, onProgress);
      if ('failure' in outcome || one.photos >= this.#most) kill();
      else this.#idle.set(one, setTimeout(() => this.#end(one), IDLE_MS).unref());
      return outcome;
    } catch (error) {
      kill();
      throw error;
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }

  /** Ends those that have nothing to do. */
  close(): void {
    for (const one of [...this.#idle.keys()]) this.#end(one);
  }

  #take(): CommandProcess {
    for (const [one, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(one);
      if (one.isAlive()) return one;
    }
    return new CommandProcess();
  }

  #end(one: CommandProcess): void {
    clearTimeout(this.#idle.get(one));
    this.#idle.delete(one);
    one.kill();
  }
}

/** One of them. */
class CommandProcess {
  /** Photos that were begun. */
  photos = 0;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  /** What it printed last that was no progress. */
  #last = '';
  #onLine: (line: string) => void = () => {};

  constructor() {
    this.#child = fork(PROGRAM, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: process.execArgv.filter((argument) => argument.startsWith('--conditions=')),
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED.test(name))),
    });
    // Whoever answers requests on the same machine comes first: an answer takes milliseconds, a photo seconds.
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    createInterface({ input: this.#child.stderr! }).on('line', (line) => this.#onLine(line));
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(String(error)));
      this.#child.once('close', (status, by) => resolve(by ?? `status ${status}`));
    });
  }

  isAlive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async run(
    [input, output]: readonly [input: string, output: string],
    flags: readonly string[],
    onProgress: Run['onProgress'],
  ): Promise<Outcome> {
    this.photos++;
    this.#onLine = (line) => {
      const told = parsed(line);
      if (told?.photo === undefined) this.#last = line;
      else if (told.photo === input)
        onProgress({ doing: told.doing, done: told.done, all: told.all, seconds: told.seconds }); // no path
    };
    const fixed = [input, '-o', output, '--json', '--progress', '--no-compare', '--overwrite'];
    let onMessage: (message: unknown) => void = () => {};
    try {
      const answer = await Promise.race([
        new Promise<{ readonly message: unknown }>((resolve) => {
          onMessage = (message) => resolve({ message });
          this.#child.once('message', onMessage);
          // If it cannot be sent, the process is gone, which is told below.
          if (this.isAlive()) this.#child.send([...fixed, ...flags], () => {});
        }),
        this.#ended,
      ]);
      const otherwise = `the command ended with ${typeof answer === 'string' ? answer : 'no report'}: ${this.#last}`;
      return outcomeOf(typeof answer === 'string' ? undefined : answer.message, otherwise);
    } finally {
      this.#child.off('message', onMessage);
    }
  }
}

function outcomeOf(message: unknown, otherwise: string): Outcome {
  const { results: [report] = [], errors: [failure] = [] } = DOCUMENT.safeParse(message).data ?? {};
  if (report && !failure) return { report };
  if (failure) return { failure: { code: failure.code, message: failure.message } };
  return { failure: { code: 'internal', message: otherwise } };
}

function parsed(line: string): (Progress & { readonly photo?: string }) | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
