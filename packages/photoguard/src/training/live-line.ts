// What a training tells of its progress, and to whom: a terminal, or whatever its caller has.
import type { LogLine } from './run-log.ts';

/** A step that was done. */
export interface StepShown {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly samples: number;
  /** Seconds of this step. */
  readonly seconds: number;
}

/** Where a training shows its progress. */
export interface LiveLine {
  /** Shows a step. */
  step(step: StepShown): void;
  /** Prints a line of the log, above the live line. */
  log(line: LogLine): void;
  /** Clears the line. */
  done(): void;
}
