// Builds a CLIP tokenizer from the contents of its files: tokenizer.json, or vocab.json and merges.txt.
import * as z from 'zod/mini';
import { PhotoGuardError } from '../../errors.ts';
import { object } from '../../validate/index.ts';
import { CLIPTokenizer } from './tokenizer.ts';
import { tokenizerDefinition, type Vocabulary, withSpecialToken } from './tokenizer-definition.ts';

/** The contents of a tokenizer's files; missing files are left out. */
export interface TokenizerFiles {
  /** The object in tokenizer.json. */
  readonly definition?: object | undefined;
  /** The object in vocab.json and the text of merges.txt: needed if there is no definition. */
  readonly vocabulary?: Vocabulary | undefined;
  readonly merges?: string | undefined;
  /** The objects in tokenizer_config.json and special_tokens_map.json. */
  readonly config?: Vocabulary | undefined;
  readonly specialTokens?: Vocabulary | undefined;
}

/** Tokens of a text if the files do not say. */
const CLIP_TOKENS = 77;
/** transformers writes 1e30 for "no limit"; no CLIP model has more positions than this. */
const MOST_TOKENS = 4096;

/** A tokenizer; `label` is its folder in messages. @throws PhotoGuardError `config` for files that are missing or damaged */
export function buildCLIPTokenizer(files: TokenizerFiles, label: string): CLIPTokenizer {
  const definition = findDefinition(files, label);
  // If the two disagree, as in SD2, transformers uses the map.
  const padToken = readContent(files.specialTokens?.pad_token) ?? readContent(files.config?.pad_token);
  const length = files.config?.model_max_length;
  const isLimit = typeof length === 'number' && Number.isInteger(length) && length <= MOST_TOKENS;
  if (isLimit && length < 2)
    throw new PhotoGuardError('config', `${label}: model_max_length must be at least 2`, { got: String(length) });
  return new CLIPTokenizer({
    definition: padToken === undefined ? definition : withSpecialToken(definition, padToken, label),
    maxTokens: isLimit ? length : CLIP_TOKENS,
    padToken,
    label,
  });
}

function findDefinition({ definition, vocabulary, merges }: TokenizerFiles, label: string): object {
  if (definition) return definition;
  if (vocabulary && merges !== undefined) return tokenizerDefinition(vocabulary, merges, label);
  throw new PhotoGuardError('config', `${label}: neither tokenizer.json, nor vocab.json and merges.txt`, {
    hint: 'name the folder of a CLIP tokenizer',
  });
}

// A token is a string, or an object that says how it is matched.
const TOKEN = z.union([
  z.string(),
  z.pipe(
    object({ content: z.string() }),
    z.transform(({ content }) => content),
  ),
]);
const readContent = (token: unknown): string | undefined => z.safeParse(TOKEN, token).data;
