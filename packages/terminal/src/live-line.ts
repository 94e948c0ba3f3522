// The line of a training that is rewritten at each step: a bar, the loss, the speed, the time left. The lines of the
// log are printed above it, or alone if there is no terminal.
import type { LiveLine } from 'photoguard/training';
import { duration, progressLine } from './progress-line.ts';
import { printError } from './terminal.ts';

/** Weight of the latest step in the average time of a step: other programs make steps faster or slower for minutes. */
const LATEST = 0.05;

/** A live line on standard error. */
export function liveLine(line = progressLine(true)): LiveLine {
  let each: number | undefined;
  let left: number | undefined;
  return {
    step: ({ step, steps, loss, samples, seconds }) => {
      each = each === undefined ? seconds : each + LATEST * (seconds - each);
      left = each * (steps - step);
      const speed = `${(samples / each).toFixed(1)} samples a second`;
      line.bar('step', { done: step, all: steps, seconds: each * step }, `loss ${loss.toPrecision(4)}  ${speed}  `);
    },
    log: (logged) => {
      line.done();
      const figures = Object.entries(logged).map(([name, value]) => `${name} ${value}`);
      printError(`${figures.join('  ')}  ${left === undefined ? '' : `${duration(left)} left`}`);
    },
    done: () => line.done(),
  };
}
