// What an area of golden values is to the runner: a name, and a way to run one case. A case gives one check for each
// tensor or number that was compared; a case that has no runner says why and counts as skipped.
import type { Runtime } from 'photoguard/runtime';
import type { GoldenFile } from '../support/golden-files.ts';

/** One comparison. `error` and `tolerance` are in one unit; a check passes if error <= tolerance. */
export interface Check {
  readonly name: string;
  readonly error: number;
  readonly tolerance: number;
}

/** What running a case gave. */
export type Outcome = readonly Check[] | { readonly skipped: string };

/** What areas run with. */
export interface GoldenContext {
  readonly runtime: Runtime;
  /** Folder of a case's checkpoint: `checkpoints/x` of the golden folder or `hub: org/name`; undefined if absent. */
  checkpoint(reference: string): string | undefined;
}

/** An area with a runner. */
export interface GoldenArea {
  /** The area's folder. */
  readonly name: string;
  run(golden: GoldenFile, context: GoldenContext): Promise<Outcome>;
}
