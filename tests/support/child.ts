// A contestant in a process of its own: it reads a line of JSON for each request and answers with a line of JSON, so
// that two of them can take turns without starting anew, and the memory of each can be told apart.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { MemoryWatch } from './process-memory.ts';

/** What became of a child. */
export interface ChildResult {
  readonly stdout: string;
  readonly code: number | null;
  readonly seconds: number;
  /** Peak resident bytes of it and what it started, or undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
}

/** A running child that answers requests. */
export interface Child {
  /** Sends a request; gives the next line of JSON that the child prints. Lines that are not JSON are skipped. */
  ask(request: unknown): Promise<unknown>;
  /** Peak resident bytes so far. */
  peakBytes(): number | undefined;
  /** Closes its input and waits for its end. */
  end(): Promise<ChildResult>;
}

/** Options of {@link startChild}. */
export interface ChildOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program. Its standard error goes to ours. */
export function startChild(command: string, args: readonly string[], { cwd, env }: ChildOptions = {}): Child {
  const started = performance.now();
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const watch = child.pid === undefined ? undefined : new MemoryWatch(child.pid);
  const lines: string[] = [];
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  let failure: Error | undefined;
  const ended = Promise.withResolvers<number | null>();
  ended.promise.catch(() => {}); // reported to whoever asks or ends
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };

  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    const value = parsed(line);
    if (value !== undefined) waiting.shift()?.resolve(value);
  });
  child.stdin.on('error', () => {}); // a child that has ended: its exit says so
  child.on('error', (error) => {
    watch?.stop();
    fail(new Error(`cannot start ${command}: ${error.message}`));
    ended.reject(failure);
  });
  child.on('close', (code, signal) => {
    watch?.stop();
    fail(new Error(`${command} ended with ${signal ?? `code ${code}`}`));
    ended.resolve(code);
  });

  return {
    ask(request) {
      return new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
    },
    peakBytes: () => watch?.peak(),
    async end() {
      const peak = watch?.peak();
      child.stdin.end();
      const code = await ended.promise;
      // The last look may be after its end: the peak stays what it was.
      const peakBytes = watch?.peak() ?? peak;
      return { stdout: lines.join('\n'), code, seconds: (performance.now() - started) / 1000, peakBytes };
    },
  };
}

/** Runs a program to its end. @throws Error where it cannot start or ends with another code than 0 */
export async function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildResult> {
  const result = await startChild(command, args, options).end();
  if (result.code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${result.code}`);
  return result;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
