// One immunization is one run of the command `photoguard immunize`, in a process of its own: it may take all memory, crash or
// be killed without the service noticing more than a failed photo.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Failure, Progress } from './immunization.ts';

const COMMAND = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));

/** How a run ended: with a report, or with what went wrong. */
export type Outcome = { readonly report: Readonly<Record<string, unknown>> } | { readonly failure: Failure };

/** Variables that the command needs; no other is passed on, since some hold secrets. */
const PASSED = /^(PATH|HOME|TMPDIR|TZ|LANG|LC_.*|HF_.*|NODE_COMPILE_CACHE|ORT_.*|CUDA_.*|LD_LIBRARY_PATH|SystemRoot)$/;

/**
 * Runs the command.
 * @param signal stops it
 * @param onProgress called for each line of progress
 */
export async function runCommand(
  [input, output]: readonly [input: string, output: string],
  flags: readonly string[],
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
): Promise<Outcome> {
  const conditions = process.execArgv.filter((argument) => argument.startsWith('--conditions='));
  const fixed = ['immunize', input, '-o', output, '--json', '--progress', '--no-compare', '--overwrite'];
  const child = spawn(process.execPath, [...conditions, COMMAND, ...fixed, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED.test(name))),
  });
  const stop = (): void => void child.kill('SIGTERM');
  const kill = (): void => void child.kill('SIGKILL');
  let last = '';
  const printed: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => printed.push(part));
  createInterface({ input: child.stderr }).on('line', (line) => {
    const told = parsed(line) as Progress | undefined;
    if (told)
      onProgress({ doing: told.doing, done: told.done, all: told.all, seconds: told.seconds }); // no path
    else last = line;
  });
  let deadline: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    stop();
    deadline = setTimeout(kill, 5000);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, by) => resolve(by ?? `status ${status}`));
    });
    return outcomeOf(parsed(Buffer.concat(printed).toString('utf8')), `the command ended with ${ended}: ${last}`);
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', onAbort);
  }
}

function outcomeOf(document: unknown, otherwise: string): Outcome {
  const { results: [report] = [], errors: [failure] = [] } = (document ?? {}) as {
    results?: Record<string, unknown>[];
    errors?: Failure[];
  };
  if (report && !failure) return { report };
  if (failure) return { failure: { code: failure.code, message: failure.message } };
  return { failure: { code: 'internal', message: otherwise } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
