// Prompts of photos: the caption as given, a short form, and both with the colour of the subject if it is clear. Equal
// texts are one prompt; the first prompt is empty, for guidance.

import type { Draws } from 'photoguard/training';
import type { Colour } from './colours.ts';
import { CAPTIONS } from './editor-cache-file.ts';
import type { CaptionedPhoto } from './photo-set.ts';

/** Prompts, and which of them belong to each photo. */
export interface Captions {
  readonly prompts: readonly string[];
  /** [photos, 4]: plain, short, with a colour, short with a colour; -1 where there is none. */
  readonly captions: Int32Array;
}

/** The prompts of photos; `colours` are those of their subjects. */
export function indexCaptions(rows: readonly CaptionedPhoto[], colours: readonly (Colour | undefined)[]): Captions {
  const index = new Map([['', 0]]);
  const indexPrompt = (text: string): number => {
    if (!index.has(text)) index.set(text, index.size);
    return index.get(text)!;
  };
  const captions = new Int32Array(rows.length * CAPTIONS).fill(-1);
  for (const [i, { caption, label }] of rows.entries()) {
    const short = caption.replace('a photo of ', '').replace('a portrait of ', '');
    captions.set([indexPrompt(caption), indexPrompt(short)], i * CAPTIONS);
    const colour = colours[i];
    if (colour === undefined) continue;
    const coloured = withColour(label, colour);
    captions.set([indexPrompt(`a photo of ${coloured}`), indexPrompt(coloured)], i * CAPTIONS + 2);
  }
  return { prompts: [...index.keys()], captions };
}

/** `rose` to `a red rose`, `pair of shoes` to `a pair of red shoes`. */
export function withColour(label: string, colour: Colour): string {
  const pair = 'pair of ';
  const noun = label.startsWith(pair) ? `${pair}${colour} ${label.slice(pair.length)}` : `${colour} ${label}`;
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** Letters of made-up words, about as frequent as in English. */
const LETTERS = [...'aaabcdeeefghiiiklmnooprssttuuvwy'];

/** The prompts, then `variants` of each in turn with one to four unknown words after it. */
export function withJunk(prompts: readonly string[], variants: number, draws: Draws): string[] {
  const word = (): string => Array.from({ length: draws.between(2, 8) }, () => draws.pick(LETTERS)).join('');
  const words = (): string => Array.from({ length: draws.between(1, 4) }, word).join(' ');
  const junk = prompts.flatMap((prompt) => Array.from({ length: variants }, () => `${prompt} ${words()}`.trim()));
  return [...prompts, ...junk];
}
