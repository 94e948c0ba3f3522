// Progress for programs: a line of JSON on standard error for each step, which says what a person would see. If the program
// that reads it is gone, nobody wants the result: the work is stopped as by Ctrl-C.
import type { ProgressLine } from './progress-line.ts';
import { printError } from './terminal.ts';

/** A line of progress that is printed as `{"photo": ..., "doing": ...}` or `{"photo": ..., "done": 3, "all": 16, ...}`. */
export function jsonProgress(): ProgressLine {
  const stop = (): void => void process.kill(process.pid, 'SIGTERM');
  process.stderr.once('error', stop);
  const tell = (facts: object): void => printError(JSON.stringify(facts));
  return {
    show: (photo, doing) => tell({ photo, doing }),
    bar: (photo, { done, all, seconds }) => tell({ photo, done, all, seconds }),
    step: (photo, { gradient, gradients, loss, seconds }) =>
      tell({ photo, done: gradient, all: gradients, seconds, loss }),
    place: () => {},
    print: () => {},
    printError: (lines) => printError(lines),
    done: () => void process.stderr.off('error', stop),
  };
}
