// Prompts to ids. The tokenizer is a small one that is written here: CLIP's 256 byte symbols, each also at the end of a
// word, two merges, and the tokens around a text. That ids equal transformers' is shown by `npm run golden -- clip`.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goldenRoot } from '../../../../../tests/support/golden-files.ts';
import { writeFiles } from '../../../../../tests/support/tiny-model.ts';
import { loadTokenizer } from '../node/load-tokenizer.ts';

// GPT-2's symbols for bytes: printable ones stand for themselves, the others follow from 256 on.
const isPrintable = (b: number) => (b > 32 && b < 127) || (b > 160 && b < 173) || b > 173;
const bytes = Array.from({ length: 256 }, (_, b) => b);
const hidden = bytes.filter((b) => !isPrintable(b));
const toSymbol = (b: number) => String.fromCharCode(isPrintable(b) ? b : 256 + hidden.indexOf(b));
const inOrder = [...bytes.filter(isPrintable), ...hidden].map(toSymbol);
const names = [...inOrder, ...inOrder.map((s) => `${s}</w>`), 'ca', 'cat</w>', '<|startoftext|>', '<|endoftext|>'];
const VOCAB = Object.fromEntries(names.map((name, id) => [name, id]));
const MERGES = '#version: 0.2\nc a\nca t</w>\n';
const START = VOCAB['<|startoftext|>']!;
const END = VOCAB['<|endoftext|>']!;
const CAT = VOCAB['cat</w>']!;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenizer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (files: Record<string, unknown> = {}) => {
  const all = { 'vocab.json': VOCAB, 'merges.txt': MERGES, ...files };
  const texts = Object.entries(all).map(([name, it]) => [name, typeof it === 'string' ? it : JSON.stringify(it)]);
  writeFiles(folder, Object.fromEntries(texts));
  return loadTokenizer(folder);
};
const small = (max: number, rest = {}) => ({ 'tokenizer_config.json': { model_max_length: max, ...rest } });

describe('CLIPTokenizer', () => {
  it('puts start and end around a text and fills up with the end token', async () => {
    const tokenizer = await load(small(6));
    expect(tokenizer.encode('Cat  CAT')).toEqual({
      ids: Int32Array.of(START, CAT, CAT, END, END, END),
      tokens: 4,
      truncated: false,
    });
    expect(tokenizer.vocabSize).toBe(names.length);
  });

  it('takes an empty prompt, and white space alone', async () => {
    const tokenizer = await load();
    expect(tokenizer.encode('').ids).toEqual(new Int32Array(77).fill(END).fill(START, 0, 1));
    expect(tokenizer.encode(' \n\t')).toEqual(tokenizer.encode(''));
  });

  it('says that it cut a prompt, and keeps the end token; one that just fits is whole', async () => {
    const tokenizer = await load(small(4));
    expect(tokenizer.encode('cat cat')).toMatchObject({ truncated: false, tokens: 4 });
    const cut = tokenizer.encode('cat cat cat');
    expect(cut).toEqual({ ids: Int32Array.of(START, CAT, CAT, END), tokens: 5, truncated: true });
  });

  it('spells an emoji in its bytes, and half a one as the replacement character', async () => {
    const tokenizer = await load();
    const spelled = (utf8: readonly number[]) =>
      utf8.map((b, i) => VOCAB[toSymbol(b) + (i === utf8.length - 1 ? '</w>' : '')]!);
    const encodeIds = (text: string) => [...tokenizer.encode(text).ids].slice(1, tokenizer.encode(text).tokens - 1);
    expect(encodeIds('😀')).toEqual(spelled([0xf0, 0x9f, 0x98, 0x80]));
    expect(encodeIds('\ud83d')).toEqual(spelled([0xef, 0xbf, 0xbd]));
  });

  it('pads with the token that special_tokens_map.json names, before that of tokenizer_config.json', async () => {
    const map = { 'special_tokens_map.json': { pad_token: { content: '!' } } };
    const tokenizer = await load({ ...small(4, { pad_token: '<|endoftext|>' }), ...map });
    expect([...tokenizer.encode('').ids]).toEqual([START, END, VOCAB['!'], VOCAB['!']]);
    expect(tokenizer.encode('!!').tokens).toBe(4); // a special token wherever it stands, as in transformers
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a vocabulary without the end token', { 'vocab.json': { '<|startoftext|>': 0 } }, /lacks the token.*endoftext/],
    ['a vocabulary that is a list', { 'vocab.json': [] }, /must be a JSON object/],
    ['merges that are no pairs', { 'merges.txt': 'a b c\n' }, /merges\.txt is not a pair \(got a b c\)/],
    ['a padding token without an id', small(77, { pad_token: 'nothing' }), /lacks the token "nothing"/],
    ['room for no text', small(1), /model_max_length must be at least 2/],
    ['a tokenizer.json of nothing', { 'tokenizer.json': {} }, /the tokenizer cannot be read/],
    ['a damaged tokenizer.json', { 'tokenizer.json': '{"model' }, /not valid JSON/],
  ])('refuses %s', async (_, files, message) => {
    await expect(load(files)).rejects.toMatchObject({ code: 'config', message: expect.stringMatching(message) });
  });

  it('refuses a folder without the files', async () => {
    await expect(loadTokenizer(folder)).rejects.toThrow(/neither tokenizer\.json, nor vocab\.json and merges\.txt/);
  });
});

const FOLDERS = [
  ['models/mini', fileURLToPath(new URL('../../../../../models/mini/tokenizer', import.meta.url))],
  ['Stable Diffusion 2', goldenRoot && join(goldenRoot, 'checkpoints/tokenizer-sd2')],
] as const;
describe.each(FOLDERS)('vocab.json and merges.txt alone of %s (skipped where it is absent)', (_, from) => {
  it.skipIf(!from || !existsSync(from))('give the ids that tokenizer.json gives', async () => {
    const whole = await loadTokenizer(from!);
    for (const name of ['vocab.json', 'merges.txt', 'special_tokens_map.json'])
      cpSync(join(from!, name), join(folder, name));
    writeFiles(folder, { 'tokenizer_config.json': JSON.stringify({ model_max_length: whole.maxTokens }) });
    const parts = await loadTokenizer(folder);
    for (const text of ['', "It's a Café!!", '<|endoftext|> 日本 4k 👩‍🚀', 'x'.repeat(300), 'a\u00a0b\u0000c'])
      expect(parts.encode(text)).toEqual(whole.encode(text));
  });
});
