// The line of a training that is rewritten at each step: a bar, the loss, the speed, the time left. Where there is no
// terminal, it prints the lines of the log instead.
import { progressLine } from '../../apps/cli/src/progress-line.ts';
import type { LogLine } from './run-log.ts';

/** A step that was done. */
export interface StepShown {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly samples: number;
  /** What this step took. */
  readonly seconds: number;
}

/** Where a training shows how far it is. */
export interface LiveLine {
  step(step: StepShown): void;
  /** Prints a line of the log, above the live line. */
  log(line: LogLine): void;
  /** Clears the line. */
  done(): void;
}

/** Share of the latest step in the time a step takes: other programs make it faster or slower for minutes. */
const LATEST = 0.05;

/** A live line on standard error. */
export function liveLine(line = progressLine(true)): LiveLine {
  let each: number | undefined;
  return {
    step: ({ step, steps, loss, samples, seconds }) => {
      each = each === undefined ? seconds : each + LATEST * (seconds - each);
      const speed = `${(samples / each).toFixed(1)} samples a second`;
      line.bar('step', { done: step, all: steps, seconds: each * step }, `loss ${loss.toPrecision(4)}  ${speed}  `);
    },
    log: (logged) => {
      line.done();
      console.error(JSON.stringify(logged));
    },
    done: () => line.done(),
  };
}
