// The tokenizer of a cache, made from its captions, and the token ids of its prompts.
import { loadTokenizer } from 'photoguard/models';
import { type Captions, withJunk } from './captions.ts';
import { COLOURS } from './colours.ts';
import { Draws } from './draws.ts';
import { countWords, smallVocabulary, writeTokenizer } from './tokenizer.ts';

/** Variants of a prompt with unknown words. */
export const JUNK = 4;
/** Positions of the text encoder. */
export const POSITIONS = 32;
/** The stream of the seed that makes up words. */
const WORDS = 1;

/** Writes the tokenizer of the captions; token ids of the prompts and of their variants with unknown words. */
export async function preparePrompts(
  folder: string,
  { prompts, captions }: Captions,
  seed: number,
): Promise<Int32Array> {
  const used = [...captions].filter((prompt) => prompt >= 0).map((prompt) => prompts[prompt]!);
  const words = countWords(used);
  for (const colour of COLOURS) if (!words.has(colour)) words.set(colour, 1);
  await writeTokenizer(folder, smallVocabulary(words), POSITIONS);
  const tokenizer = await loadTokenizer(folder);
  const texts = withJunk(prompts, JUNK, new Draws(seed, WORDS));
  const ids = new Int32Array(texts.length * POSITIONS);
  for (const [i, text] of texts.entries()) ids.set(tokenizer.encode(text).ids, i * POSITIONS);
  return ids;
}
