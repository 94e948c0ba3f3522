// One line that is rewritten while work goes on (terminals only), on standard error, so that results can be piped.
import type { Progress } from 'photoguard/attacks';
import { type Lines, print, printError, showOnTerminal } from './terminal.ts';

/** Where progress is shown. */
export interface ProgressLine {
  /** Replaces the line. */
  show(text: string): void;
  /** Shows how far something is: a bar, count, time left. */
  bar(what: string, progress: Share, more?: string): void;
  /** Shows a gradient: also its loss, and the seconds that one takes. */
  step(photo: string, progress: Progress): void;
  /** Prints a result, above the line. */
  print(lines: Lines): void;
  printError(lines: Lines): void;
  /** Clears the line. */
  done(): void;
}

/** Some of all, and the seconds that they took. */
export interface Share {
  readonly done: number;
  readonly all: number;
  readonly seconds: number;
}

/** Seconds as people say them. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.ceil(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}

/** A line on standard error; says nothing unless `enabled`, and only rewrites itself on a terminal. */
export function progressLine(enabled: boolean): ProgressLine {
  const terminal = enabled && process.stderr.isTTY;
  const clear = (): void => show('');
  const show = (text: string): void => {
    if (terminal) showOnTerminal(text);
  };
  const bar = (what: string, { done, all, seconds }: Share, more = ''): void => {
    const left = (seconds / done) * (all - done);
    const filled = Math.round((20 * done) / all);
    const drawn = `${'#'.repeat(filled)}${'.'.repeat(20 - filled)}`;
    show(`${what}: [${drawn}] ${done}/${all}  ${more}${duration(left)} left`);
  };
  return {
    show,
    bar,
    step: (photo, { gradient, gradients, loss, seconds }) =>
      bar(
        photo,
        { done: gradient, all: gradients, seconds },
        `loss ${loss.toPrecision(4)}  ${(seconds / gradient).toPrecision(2)} s each  `,
      ),
    print: (lines) => {
      clear();
      print(lines);
    },
    printError: (lines) => {
      clear();
      const [first = '', ...more] = typeof lines === 'string' ? [lines] : lines;
      printError([`photoguard: ${first}`, ...more]);
    },
    done: clear,
  };
}
