// A CLIP tokenizer with a small vocabulary: byte-level BPE, merged until every word of the captions is one token. Other
// words are split into tokens of one or a few letters. Written in the layout of transformers' CLIPTokenizer.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from 'photoguard/image/node';

/** The data of a tokenizer. */
export interface SmallVocabulary {
  /** Tokens by id. */
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

const [START, END] = ['<|startoftext|>', '<|endoftext|>'];
/** Suffix of a word's last token. */
const WORD_END = '</w>';
/** How CLIP splits a text into words: letters, single digits, other signs. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;

/** Words of texts, and how often they occur. */
export function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const [word] of text.normalize('NFC').toLowerCase().matchAll(WORDS))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** A vocabulary in which each of the words is one token. The most common pair is merged first, as in BPE. */
export function smallVocabulary(words: ReadonlyMap<string, number>): SmallVocabulary {
  const bytes = byteAlphabet();
  const order = [...bytes.keys()].sort((a, b) => byteOrder(bytes[a]!) - byteOrder(bytes[b]!));
  const letters = order.map((byte) => bytes[byte]!);
  const parts = new Map(
    [...words.keys()].map((word) => {
      const split = [...new TextEncoder().encode(word)].map((byte) => bytes[byte]!);
      return [word, [...split.slice(0, -1), `${split.at(-1)}${WORD_END}`]];
    }),
  );
  const merges: [string, string][] = [];
  for (;;) {
    const pair = commonestPair(parts, words);
    if (!pair) break;
    merges.push(pair);
    for (const [word, split] of parts) parts.set(word, merged(split, pair));
  }
  const tokens = [...letters, ...letters.map((letter) => letter + WORD_END), ...merges.map((pair) => pair.join(''))];
  return { tokens: [...tokens, START, END], merges };
}

/** Writes vocab.json, merges.txt and the two configurations. @param positions tokens of a text, with start and end */
export async function writeTokenizer(folder: string, vocabulary: SmallVocabulary, positions: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, text: string): Promise<void> =>
    writeWhole(join(folder, name), new TextEncoder().encode(text));
  const special = { bos_token: START, eos_token: END, unk_token: END, pad_token: END };
  const config = { ...special, model_max_length: positions, tokenizer_class: 'CLIPTokenizer', do_lower_case: true };
  const ids = Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id]));
  await write('vocab.json', JSON.stringify(ids));
  await write('merges.txt', `#version: 0.2\n${vocabulary.merges.map((pair) => `${pair.join(' ')}\n`).join('')}`);
  await write('tokenizer_config.json', `${JSON.stringify(config, undefined, 2)}\n`);
  await write('special_tokens_map.json', `${JSON.stringify(special, undefined, 2)}\n`);
}

/** Of equally common pairs the last one in alphabetical order, as in the lab's prepare.py. */
function commonestPair(
  parts: ReadonlyMap<string, readonly string[]>,
  words: ReadonlyMap<string, number>,
): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const [word, split] of parts)
    for (let i = 1; i < split.length; i++) {
      const pair = `${split[i - 1]} ${split[i]}`; // no letter of the alphabet is a space
      counts.set(pair, (counts.get(pair) ?? 0) + words.get(word)!);
    }
  let best: [string, string] | undefined;
  let most = 0;
  for (const [text, count] of counts) {
    const pair = text.split(' ') as [string, string];
    if (count < most || (count === most && best && !isAfter(pair, best))) continue;
    [best, most] = [pair, count];
  }
  return best;
}

const isAfter = (a: readonly [string, string], b: readonly [string, string]): boolean =>
  a[0] === b[0] ? a[1] > b[1] : a[0] > b[0];

function merged(split: readonly string[], [first, second]: readonly [string, string]): string[] {
  const out: string[] = [];
  for (const part of split) {
    const isPair = part === second && out.at(-1) === first;
    if (isPair) out[out.length - 1] = first + second;
    else out.push(part);
  }
  return out;
}

/** GPT-2's letter for each byte: printable ones stand for themselves, the others begin at code 256. */
function byteAlphabet(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++));
}

const isVisible = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
const byteOrder = (letter: string): number => letter.charCodeAt(0);
