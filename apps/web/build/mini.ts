// The embedded editor as files of the page: the module `virtual:mini` has the configurations of its parts, and names, sizes
// and hashes of their weights, as they were when the page was built. The page fetches them only when somebody asks for it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { sha256, WEIGHTS, weightsOfPage } from './weights.ts';

const NAME = 'virtual:mini';
const RESOLVED = `\0${NAME}`;

const FOLDER = dirname(createRequire(import.meta.url).resolve('@photoguard/mini/package.json'));

/** Parts with weights, and the name of those. */
const PARTS = { vae: WEIGHTS, unet: WEIGHTS, text_encoder: 'model.safetensors' } as const;

const TEXTS = {
  scheduler: 'scheduler/scheduler_config.json',
  definition: 'tokenizer/tokenizer.json',
  tokenizer: 'tokenizer/tokenizer_config.json',
  specialTokens: 'tokenizer/special_tokens_map.json',
} as const;

/** SHA-256 of its weights: files that are fetched on demand alone. */
export const miniHashes = (): string[] =>
  Object.entries(PARTS).map(([part, file]) => sha256(readFileSync(join(FOLDER, part, file))));

/** See the head of this file. */
export function mini(): Plugin {
  return {
    name: 'mini',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? listing() : undefined),
  };
}

function listing(): string {
  const read = (path: string): string => readFileSync(join(FOLDER, path), 'utf8');
  const parts = Object.entries(PARTS).map(([part, file]) => {
    const name = `mini-${part}.safetensors`;
    const { code, needs } = weightsOfPage({ variable: part, name, folder: join(FOLDER, part), file });
    return { code: `${part}: ${code}`, needs };
  });
  const texts = Object.entries(TEXTS).map(([name, path]) => `${name}: ${read(path)}`);
  return [
    ...parts.map(({ needs }) => needs),
    `export const MINI = { ${[...parts.map(({ code }) => code), ...texts].join(', ')} };`,
  ].join('\n');
}
