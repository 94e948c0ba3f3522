import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CLIPTokenizer } from 'photoguard/models';
import { loadTokenizer } from 'photoguard/models/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countWords, smallVocabulary, writeTokenizer } from './tokenizer.ts';

const TEXTS = ['a photo of a t-shirt', 'a photo of a pair of red shoes', 'A Café, 2 roses', "it's a rose"];
let folder: string;
let tokenizer: CLIPTokenizer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photoguard-tokenizer-'));
  await writeTokenizer(folder, smallVocabulary(countWords(TEXTS)), 16);
  tokenizer = await loadTokenizer(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe('words', () => {
  it('are split as CLIP does, in lower case', () => {
    expect([...countWords(TEXTS)]).toEqual([
      ...[
        ['a', 6],
        ['photo', 2],
        ['of', 3],
        ['t', 1],
        ['-', 1],
        ['shirt', 1],
        ['pair', 1],
        ['red', 1],
        ['shoes', 1],
      ],
      ...[
        ['café', 1],
        [',', 1],
        ['2', 1],
        ['roses', 1],
        ['it', 1],
        ["'s", 1],
        ['rose', 1],
      ],
    ]);
  });
});

describe('a small vocabulary', () => {
  it('has 512 tokens for bytes, one a merge, start and end', () => {
    const { tokens, merges } = smallVocabulary(countWords(['ab ab abc']));
    expect(merges).toEqual([
      ['a', 'b</w>'],
      ['b', 'c</w>'], // as common as (a, b), and after it
      ['a', 'bc</w>'],
    ]);
    expect(tokens).toHaveLength(512 + 3 + 2);
    expect(tokens.slice(0, 3)).toEqual(['!', '"', '#']);
    expect(tokens.slice(-2)).toEqual(['<|startoftext|>', '<|endoftext|>']);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('makes every word of the captions one token, read by our CLIPTokenizer', () => {
    for (const text of TEXTS) {
      const words = [...countWords([text]).values()].reduce((a, b) => a + b);
      expect(tokenizer.encode(text).tokens, text).toBe(words + 2);
    }
  });

  it('has tokens for other words too, and pads with the end', () => {
    const { ids, tokens, truncated } = tokenizer.encode('a zebra 🦓');
    expect(tokens).toBeGreaterThan(6);
    expect(truncated).toBe(false);
    expect(ids[0]).toBe(tokenizer.startId);
    expect([...ids.subarray(tokens - 1)]).toEqual(new Array(16 - tokens + 1).fill(tokenizer.endId));
    expect(tokenizer.vocabSize).toBe(tokenizer.endId + 1);
  });
});
