// What a bench is to the runner: a module bench/<name>.ts that exports `about` (one line) and `bench` (gives the rows).
// A row says what was measured and, where there is one, the same of a peer measured in the same run, and the goal.

/** A goal for a row: an upper or a lower bound of its ratio, or of `ours` where there is no peer. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** One row of a bench's table. */
export interface BenchRow {
  /** What was measured, with its unit: `time of a gradient at 512x512, best, s`. */
  readonly what: string;
  readonly ours: number;
  /** The same quantity of the peer, or null where the row has none. */
  readonly peer: number | null;
  /** `ours / peer`, or null. */
  readonly ratio: number | null;
  /** `<= 0.7`, `>= 0.85`, or null. */
  readonly goal: string | null;
  /** Whether the goal is met, or null where there is none. */
  readonly meets: boolean | null;
}

/** What a bench runs with. */
export interface BenchContext {
  /** Folder that outlasts a run and is not committed: environments, written weights. */
  readonly cache: string;
  /** Tells the reader what is going on (standard error, so that --json stays one document). */
  log(line: string): void;
  /** Adds a version to the document: `version('torch', '2.15.0')`. */
  version(name: string, version: string): void;
}

/** What a module bench/<name>.ts exports. */
export interface BenchModule {
  /** One line: what is measured against what, and how long it takes. */
  readonly about: string;
  bench(context: BenchContext): Promise<BenchRow[]>;
}

/** Makes a row; a goal bounds the ratio where there is a peer, and `ours` where there is none. */
export function row(what: string, ours: number, { peer, goal }: { peer?: number; goal?: Goal } = {}): BenchRow {
  const ratio = peer === undefined ? null : ours / peer;
  const measured = ratio ?? ours;
  const bound = goal && ('atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`);
  // A ratio that is not a number (0 / 0) meets nothing.
  const meets = goal && ('atMost' in goal ? measured <= goal.atMost : measured >= goal.atLeast);
  return { what, ours, peer: peer ?? null, ratio, goal: bound ?? null, meets: meets ?? null };
}
