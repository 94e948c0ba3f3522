// A bench as the runner sees it: a module bench/<name>.ts that exports `about` (one line) and `bench` (which returns
// the rows). A row says what was measured and, if any, the same for a peer measured in the same run, and the goal.

/** A goal for a row: an upper or a lower bound of its ratio, or of `ours` if there is no peer. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** One row of a bench's table. */
export interface BenchRow {
  /** What was measured, with its unit: `time of a gradient at 512x512, best, s`. */
  readonly what: string;
  readonly ours: number;
  /** The same quantity of the peer, or null if there is none. */
  readonly peer: number | null;
  /** `ours / peer`, or null. */
  readonly ratio: number | null;
  /** `<= 0.7`, `>= 0.85`, or null. */
  readonly goal: string | null;
  /** Whether the goal is met, or null if there is none. */
  readonly meets: boolean | null;
}

/** Context of a bench. */
export interface BenchContext {
  /** Folder that is kept between runs and not committed: environments, written weights. */
  readonly cache: string;
  /** Reports progress (on standard error, so that --json stays one document). */
  log(line: string): void;
  /** Adds a version to the document: `version('torch', '2.15.0')`. */
  version(name: string, version: string): void;
}

/** Exports of a module bench/<name>.ts. */
export interface BenchModule {
  /** One line: what is measured against what, and how long it takes. */
  readonly about: string;
  bench(context: BenchContext): Promise<BenchRow[]>;
}

/** Makes a row; a goal bounds the ratio if there is a peer, else `ours`. */
export function row(what: string, ours: number, { peer, goal }: { peer?: number; goal?: Goal } = {}): BenchRow {
  const ratio = peer === undefined ? null : ours / peer;
  const measured = ratio ?? ours;
  const bound = goal && ('atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`);
  // A ratio that is not a number (0 / 0) meets no goal.
  const meets = goal && ('atMost' in goal ? measured <= goal.atMost : measured >= goal.atLeast);
  return { what, ours, peer: peer ?? null, ratio, goal: bound ?? null, meets: meets ?? null };
}
