// A tokenizer from its folder (`tokenizer/` of a pipeline).
import { join } from 'node:path';
import { anyObject, validate } from '../../validate/index.ts';
import type { CLIPTokenizer } from '../clip/tokenizer.ts';
import type { Vocabulary } from '../clip/tokenizer-definition.ts';
import { buildTokenizer } from '../registry.ts';
import { exists, readJson } from './json-file.ts';
import { readModelFile } from './model-file.ts';

/** Reads a tokenizer. @throws PhotoGuardError `config` for files that are missing, damaged or of another tokenizer */
export async function loadTokenizer(folder: string): Promise<CLIPTokenizer> {
  const definition = await objectIn(folder, 'tokenizer.json');
  const [config, specialTokens] = [
    await objectIn(folder, 'tokenizer_config.json'),
    await objectIn(folder, 'special_tokens_map.json'),
  ];
  if (definition) return buildTokenizer({ definition, config, specialTokens }, folder);
  const vocabulary = await objectIn(folder, 'vocab.json');
  const file = join(folder, 'merges.txt');
  const merges = (await exists(file)) ? (await readModelFile(file, 'config')).toString('utf8') : undefined;
  return buildTokenizer({ vocabulary, merges, config, specialTokens }, folder);
}

async function objectIn(folder: string, name: string): Promise<Vocabulary | undefined> {
  const path = join(folder, name);
  if (!(await exists(path))) return undefined;
  return validate(anyObject(), await readJson(path), { label: path, code: 'config' });
}
