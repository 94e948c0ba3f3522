// What main passes to every command: a signal to stop, and the report to fill in.
import type { Runtime, RuntimeOptions } from 'photoguard/runtime';
import type { JsonReport } from './json-report.ts';

/** One run of the program. */
export interface Session {
  /** Fires when the run is to stop: on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly report: Pick<JsonReport, 'put' | 'fail'>;
  /** Opens the runtime, for programs that keep one from run to run. Default: each run opens its own. */
  readonly openRuntime?: (options: RuntimeOptions) => Promise<Runtime>;
}
