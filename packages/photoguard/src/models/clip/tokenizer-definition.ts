// The object of tokenizer.json for folders that hold only vocab.json and merges.txt, as those of many older models do.
// Everything else in it is the same in every CLIP tokenizer, and is written here as in transformers.
import { PhotoGuardError } from '../../errors.ts';

/** CLIP's names for the tokens around a text. */
export const START = '<|startoftext|>';
/** See {@link START}. */
export const END = '<|endoftext|>';

const WORDS = `${START}|${END}|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+`.replace(
  /<\||\|>/g,
  (mark) => mark.replace('|', '\\|'),
);

/** Ids of tokens. */
export type Vocabulary = Readonly<Record<string, unknown>>;

/**
 * Converts a vocabulary and the lines of merges.txt to the object in tokenizer.json. @throws PhotoGuardError `config`
 */
export function tokenizerDefinition(vocab: Vocabulary, merges: string, label: string): object {
  const pairs = merges
    .split(/\r?\n/)
    .filter((line, i) => line !== '' && !(i === 0 && line.startsWith('#version')))
    .map((line) => line.split(' '));
  const bad = pairs.find((pair) => pair.length !== 2);
  if (bad) throw new PhotoGuardError('config', `${label}: a line of merges.txt is not a pair`, { got: bad.join(' ') });
  const bytes = { add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    added_tokens: [special(START, vocab, label), special(END, vocab, label)],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: WORDS }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', ...bytes },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [END, vocab[END]],
      cls: [START, vocab[START]],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', ...bytes, add_prefix_space: true },
    model: {
      type: 'BPE',
      unk_token: END,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: pairs,
    },
  };
}

/**
 * Makes a token special in a definition, as transformers does with the padding token: SD2's `!` is one wherever it
 * occurs in a prompt, even inside a word. @throws PhotoGuardError `config` if it has no id
 */
export function withSpecialToken(definition: object, token: string, label: string): object {
  const { added_tokens, model } = definition as { added_tokens?: unknown; model?: { vocab?: unknown } };
  const added = (Array.isArray(added_tokens) ? added_tokens : []) as readonly ({ content?: unknown } | null)[];
  if (added.some((one) => one?.content === token)) return definition;
  const vocab = (model?.vocab ?? {}) as Vocabulary;
  return { ...definition, added_tokens: [...added, special(token, vocab, label)] };
}

function special(content: string, vocab: Vocabulary, label: string): object {
  const id = Object.hasOwn(vocab, content) ? vocab[content] : undefined;
  if (typeof id !== 'number')
    throw new PhotoGuardError('config', `${label}: the vocabulary lacks the token ${JSON.stringify(content)}`, {
      hint: 'is it the tokenizer of a CLIP text encoder?',
    });
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}
