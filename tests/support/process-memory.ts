// Peak resident memory of a process and of those that it started, as Linux counts it (/proc). A runtime of ours keeps
// its sessions in a process of its own, so the tree is what counts: the largest sum of resident sizes seen at once.
import { readdirSync, readFileSync } from 'node:fs';

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has ended, or the system has no /proc
  }
};

/** A figure of /proc/<pid>/status in bytes: `VmRSS` (now) or `VmHWM` (largest so far); 0 where there is none. */
export function statusBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readOr(`/proc/${pid}/status`));
  return found ? Number(found[1]) * 1024 : 0;
}

/** A process and its descendants; each thread of a process lists the children that it started. */
export function processTree(root: number): number[] {
  const tree = [root];
  for (const pid of tree)
    for (const thread of threadsOf(pid))
      tree.push(...readOr(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number));
  return tree;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended, or the system has no /proc
  }
}

/** Follows a process tree's resident size until told to stop. */
export class MemoryWatch {
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  #sum = 0;
  readonly #largest = new Map<number, number>();

  /** Looks every `everyMs` milliseconds from now on. */
  constructor(root: number, everyMs = 50) {
    this.#root = root;
    this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  #look(): void {
    let sum = 0;
    for (const pid of processTree(this.#root)) {
      sum += statusBytes(pid, 'VmRSS');
      this.#largest.set(pid, Math.max(this.#largest.get(pid) ?? 0, statusBytes(pid, 'VmHWM')));
    }
    this.#sum = Math.max(this.#sum, sum);
  }

  /**
   * The peak so far in bytes, or undefined where the system does not tell: the larger of the largest sum seen at once
   * and the largest single process (whose peak the system records between two looks too).
   */
  peak(): number | undefined {
    this.#look();
    const peak = Math.max(this.#sum, ...this.#largest.values());
    return peak > 0 ? peak : undefined;
  }

  /** Stops looking. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
