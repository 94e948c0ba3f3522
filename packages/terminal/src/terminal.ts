// Everything that the command prints goes through here (scripts/check-prints.ts makes sure). Much of it comes from
// others: file names, references, configurations, messages of servers and decoders. Control characters in it could move
// the cursor, hide or fake lines, set the window's title or worse, so they are shown as escapes and never sent as they
// are.
import { writeSync } from 'node:fs';

/** Lines to print: a string for one, an array for several. */
export type Lines = string | readonly string[];

/**
 * Characters that act on a terminal instead of being shown: control characters (C0, DEL, C1), marks that change the
 * direction of text, line and paragraph separators, and unpaired surrogates.
 */
const CONTROLS = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text as one line that can be shown: `\x1b` for an escape character, `\n` for the end of a line. */
export const printable = (text: string): string => text.replace(CONTROLS, (c) => SHORT[c] ?? escaped(c, 'x', 2));

/** Prints on standard output. */
export const print = (lines: Lines): void => void process.stdout.write(joined(lines));

/** Prints on standard error. */
export const printError = (lines: Lines): void => void process.stderr.write(joined(lines));

/** Where a line can be rewritten. */
export const TERMINAL = Object.freeze({
  isTerminal: (): boolean => process.stderr.isTTY,
  columns: (): number => process.stderr.columns || 80,
  /** Shows a text in place of the last line of standard error; empty: clears that line. */
  show: (text: string): void => void process.stderr.write(`\r\x1b[K${printable(text)}`),
});

/**
 * Prints a value as JSON on standard output. Control characters are written as JSON escapes, so nothing is lost.
 * @param atOnce whether the process is about to end
 */
export function printJson(value: unknown, atOnce = false): void {
  const json = JSON.stringify(value, undefined, 2).replace(CONTROLS, (c) => (c === '\n' ? c : escaped(c, 'u', 4)));
  if (atOnce) writeSync(process.stdout.fd, `${json}\n`);
  else process.stdout.write(`${json}\n`);
}

/** Where commander prints help and errors. Its texts end in newlines. */
export const COMMANDER_OUTPUT = Object.freeze({
  writeOut: (text: string): void => print(text.replace(/\n$/, '').split('\n')),
  writeErr: (text: string): void => printError(text.replace(/\n$/, '').split('\n')),
});

const joined = (lines: Lines): string =>
  (typeof lines === 'string' ? [lines] : lines).map((line) => `${printable(line)}\n`).join('');

function escaped(character: string, kind: 'x' | 'u', digits: number): string {
  const code = character.codePointAt(0)!;
  return code < 256
    ? `\\${kind}${code.toString(16).padStart(digits, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
