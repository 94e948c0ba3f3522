// The tokenizer of a cache, made from its captions, and the token ids of its prompts.
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadTokenizer } from 'photoguard/models/node';
import { Draws } from 'photoguard/training';
import { STREAMS } from '../common/streams.ts';
import { type Captions, withJunk } from './captions.ts';
import { COLOURS } from './colours.ts';
import { countWords, type SmallVocabulary, smallVocabulary, writeTokenizer } from './tokenizer.ts';

/** Variants of a prompt with unknown words. */
export const JUNK = 4;
/** Positions of the text encoder. */
export const POSITIONS = 32;

/** The files that define a tokenizer. */
const MEANING = ['vocab.json', 'merges.txt'] as const;

/** Whether two tokenizers encode all texts alike. */
export async function hasSameTokenizer(a: string, b: string): Promise<boolean> {
  for (const name of MEANING) {
    const [first, second] = await Promise.all([a, b].map(async (folder) => readFile(join(folder, name))));
    if (!first!.equals(second!)) return false;
  }
  return true;
}

/**
 * Writes the tokenizer of the captions, or `taken`, the folder of another; token ids of the prompts and of their variants
 * with unknown words.
 */
export async function preparePrompts(
  folder: string,
  captions: Captions,
  seed: number,
  taken?: string,
): Promise<Int32Array> {
  if (taken === undefined) await writeTokenizer(folder, makeVocabulary(captions), POSITIONS);
  else await copyTokenizer(taken, folder);
  const tokenizer = await loadTokenizer(folder);
  const texts = withJunk(captions.prompts, JUNK, new Draws(seed, STREAMS.madeUpWords));
  const ids = new Int32Array(texts.length * POSITIONS);
  for (const [i, text] of texts.entries()) ids.set(tokenizer.encode(text).ids, i * POSITIONS);
  return ids;
}

async function copyTokenizer(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of [...MEANING, 'tokenizer_config.json', 'special_tokens_map.json'])
    await copyFile(join(from, name), join(to, name));
}

function makeVocabulary({ prompts, captions }: Captions): SmallVocabulary {
  const used = [...captions].filter((prompt) => prompt >= 0).map((prompt) => prompts[prompt]!);
  const words = countWords(used);
  for (const colour of COLOURS) if (!words.has(colour)) words.set(colour, 1);
  return smallVocabulary(words);
}
