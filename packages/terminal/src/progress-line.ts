// A line on standard error that is rewritten while work goes on (on terminals only), so that results can be piped. It
// always fits the terminal, because a line that wraps could not be rewritten.
import type { Progress } from 'photoguard/attacks';
import { type Lines, print, printable, printError, TERMINAL } from './terminal.ts';
import { countColumns, cutTo, shortenedTo } from './terminal-text.ts';

/** Where progress is shown. */
export interface ProgressLine {
  /** Replaces the line by what is worked on and what is done to it. A long name is shortened. */
  show(what: string, doing?: string): void;
  /** Shows how far something is: a bar, count, time left. */
  bar(what: string, progress: Share, more?: string | readonly string[]): void;
  /** Shows a gradient: also its loss, and the seconds per gradient. */
  step(photo: string, progress: Omit<Progress, 'delta'>): void;
  /** Sets which of many things is worked on (`photo 3 of 200`), and how the time for all follows from that for one. */
  place(where: string, all?: (left: number) => number): void;
  /** Prints a result, above the line. */
  print(lines: Lines): void;
  printError(lines: Lines): void;
  /** Clears the line. */
  done(): void;
}

/** How many of all are done, and the seconds that took. */
export interface Share {
  readonly done: number;
  readonly all: number;
  readonly seconds: number;
}

/** Seconds in words: `1 min 30 s`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.ceil(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

// Losses of several parts that begin at 0 and fall are distances: `moved sd1 .41 flux1 .28`.
function movedText(parts: Progress['parts']): string[] {
  if (parts.length < 2 || parts.some(({ loss }) => loss > 0)) return [];
  const short = (value: number): string => value.toFixed(2).replace(/^0/, '');
  return [`moved ${parts.map(({ ref, loss }) => `${ref} ${short(-loss)}`).join(' ')}  `];
}

/** Columns kept for a name by choosing a shorter form of the rest. */
const NAME = 20;

/** A line on standard error; shown only if `enabled` and on a terminal. */
export function progressLine(enabled: boolean, { isTerminal, columns, show: rewrite } = TERMINAL): ProgressLine {
  const terminal = enabled && isTerminal();
  let where = '';
  let secondsOfAll: ((left: number) => number) | undefined;
  const clear = (): void => {
    if (terminal) rewrite('');
  };
  const room = (): number => columns() - 1 - countColumns(where);
  const show = (what: string, doing?: string): void => {
    if (!terminal) return;
    const rest = doing === undefined ? '' : `: ${printable(doing)}`;
    const text = `${shortenedTo(printable(what), Math.max(1, room() - countColumns(rest)))}${rest}`;
    rewrite(`${where}${cutTo(text, Math.max(0, room()))}`);
  };
  const bar = (what: string, { done, all, seconds }: Share, more: string | readonly string[] = []): void => {
    const left = (seconds / done) * (all - done);
    const count = `${done}/${all}  `;
    const time = `${duration(left)} left${secondsOfAll ? `, ${duration(secondsOfAll(left))} for all` : ''}`;
    const drawn = (length: number): string =>
      `[${'#'.repeat(Math.round((length * done) / all)).padEnd(length, '.')}] ${count}`;
    const forms = [
      ...[more].flat().map((words) => `${drawn(20)}${words}${time}`),
      `${drawn(20)}${time}`,
      `${drawn(10)}${time}`,
      `${count}${time}`,
    ];
    const needed = Math.min(NAME, countColumns(what)) + 2;
    show(what, forms.find((form) => needed + countColumns(form) <= room()) ?? forms.at(-1)!);
  };
  return {
    show,
    bar,
    step: (photo, { gradient, gradients, loss, parts, seconds }) =>
      bar(photo, { done: gradient, all: gradients, seconds }, [
        ...movedText(parts),
        `loss ${loss.toPrecision(4)}  ${(seconds / gradient).toPrecision(2)} s each  `,
      ]),
    place: (text, all) => {
      where = text === '' ? '' : `${text}  `;
      secondsOfAll = all;
    },
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
