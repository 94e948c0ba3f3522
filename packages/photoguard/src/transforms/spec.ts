// The text of transforms as tokens: separators `;`, `>`, `:` and words between them, each with its position. A word may
// be quoted, for paths: "C:\models\up.onnx"; a quote inside is doubled.
import { PhotoGuardError } from '../errors.ts';

/** A word of a spec. */
export interface Word {
  readonly text: string;
  /** Character that it begins at, from 1. */
  readonly at: number;
  /** The text before an `=` that is not quoted. */
  readonly key?: string;
}

/** Words of one transform: its name, then its arguments. */
export type Call = readonly Word[];

const KEYED = /^\s*([A-Za-z]\w*)\s*=\s*/;
const QUOTED = /^\s*"((?:[^"]|"")*)"\s*/;
const PLAIN = /^[^;>:"]*/;

/** A list of chains of calls. @throws PhotoGuardError `input` with the position of a misplaced quote */
export function readSpec(spec: string, noun: string): readonly (readonly Call[])[] {
  const list: Call[][] = [[]];
  let call: Word[] = [];
  let i = 0;
  for (;;) {
    const { word, next } = readWord(spec, i, call.length > 0, noun);
    call.push(word);
    i = next;
    const separator = spec[i++];
    if (separator === ':') continue;
    list.at(-1)!.push(call);
    call = [];
    if (separator === undefined) return list;
    if (separator === ';') list.push([]);
  }
}

function readWord(spec: string, start: number, isArgument: boolean, noun: string): { word: Word; next: number } {
  const keyed = isArgument ? KEYED.exec(spec.slice(start)) : null;
  const key = keyed ? { key: keyed[1]! } : {};
  const from = start + (keyed?.[0].length ?? 0);
  const at = 1 + start + /^\s*/.exec(spec.slice(start))![0].length;
  const quoted = QUOTED.exec(spec.slice(from));
  if (quoted) {
    const next = from + quoted[0].length;
    if (next < spec.length && !';>:'.includes(spec[next]!))
      throw specError(noun, next + 1, 'a quoted word must be followed by ; or > or : or the end', spec[next]!);
    return { word: { text: quoted[1]!.replaceAll('""', '"'), at, ...key }, next };
  }
  const plain = PLAIN.exec(spec.slice(from))![0];
  const next = from + plain.length;
  if (spec[next] === '"') throw specError(noun, next + 1, 'a quote begins or ends a word, in pairs', spec.slice(next));
  return { word: { text: plain.trim(), at, ...key }, next };
}

/** A word as text, quoted if necessary. */
export const wordText = (text: string): string =>
  /[;>:="]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;

/** An error at a character of a spec, from 1. */
export const specError = (noun: string, at: number, message: string, got: string, hint?: string): PhotoGuardError =>
  new PhotoGuardError('input', `${noun}s, character ${at}: ${message}`, {
    got: got === '' ? 'nothing' : got,
    hint,
  });
