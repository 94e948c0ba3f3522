// A CLIP tokenizer from its folder (`tokenizer/` of a pipeline): tokenizer.json, or vocab.json and merges.txt.
import { join } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';
import { CLIPTokenizer } from '../clip/tokenizer.ts';
import { tokenizerDefinition, type Vocabulary, withSpecialToken } from '../clip/tokenizer-definition.ts';
import { exists, readJson } from './json-file.ts';
import { readModelFile } from './model-file.ts';

/** Tokens of a text where the files do not say. */
const CLIP_TOKENS = 77;
/** transformers writes 1e30 for "no limit"; no CLIP model has more positions than this. */
const MOST_TOKENS = 4096;

/** Reads a tokenizer. @throws PhotoGuardError `config` for files that are missing, damaged or of another tokenizer */
export async function loadTokenizer(folder: string): Promise<CLIPTokenizer> {
  const definition = await definitionOf(folder);
  const config = await optionalObject(join(folder, 'tokenizer_config.json'));
  // Where the two disagree (SD2's files do) transformers believes the map.
  const padToken =
    contentOf((await optionalObject(join(folder, 'special_tokens_map.json'))).pad_token) ?? contentOf(config.pad_token);
  const length = config.model_max_length;
  const isLimit = typeof length === 'number' && Number.isInteger(length) && length <= MOST_TOKENS;
  if (isLimit && length < 2)
    throw new PhotoGuardError('config', `${folder}: model_max_length must be at least 2`, { got: String(length) });
  return new CLIPTokenizer({
    definition: padToken === undefined ? definition : withSpecialToken(definition, padToken, folder),
    maxTokens: isLimit ? length : CLIP_TOKENS,
    ...(padToken !== undefined && { padToken }),
    label: folder,
  });
}

async function definitionOf(folder: string): Promise<object> {
  const whole = join(folder, 'tokenizer.json');
  if (await exists(whole)) return objectIn(whole);
  const vocab = join(folder, 'vocab.json');
  const mergesFile = join(folder, 'merges.txt');
  if (!(await exists(mergesFile)) || !(await exists(vocab)))
    throw new PhotoGuardError('config', `${folder}: neither tokenizer.json, nor vocab.json and merges.txt`, {
      hint: 'name the folder of a CLIP tokenizer',
    });
  const merges = (await readModelFile(mergesFile, 'config')).toString('utf8');
  return tokenizerDefinition(await objectIn(vocab), merges, folder);
}

const optionalObject = async (path: string): Promise<Vocabulary> => ((await exists(path)) ? objectIn(path) : {});

async function objectIn(path: string): Promise<Vocabulary> {
  const json = await readJson(path);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Vocabulary;
  throw new PhotoGuardError('config', `${path}: not a JSON object`);
}

// A token is a string, or an object that says how it is matched.
function contentOf(token: unknown): string | undefined {
  if (typeof token === 'string') return token;
  const content = (token as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : undefined;
}
