// The embedded editor as files of the page: the module `virtual:mini` has the configurations of its parts, and names, sizes
// and hashes of their weights, as they were when the page was built. The page fetches them only when somebody asks for it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const NAME = 'virtual:mini';
const RESOLVED = `\0${NAME}`;

const FOLDER = dirname(createRequire(import.meta.url).resolve('@photoguard/mini/package.json'));

/** Parts with weights, and the name of those. */
const WEIGHTS = {
  vae: 'diffusion_pytorch_model.safetensors',
  unet: 'diffusion_pytorch_model.safetensors',
  text_encoder: 'model.safetensors',
} as const;

const TEXTS = {
  scheduler: 'scheduler/scheduler_config.json',
  definition: 'tokenizer/tokenizer.json',
  tokenizer: 'tokenizer/tokenizer_config.json',
  specialTokens: 'tokenizer/special_tokens_map.json',
} as const;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 of its weights: files that are fetched on demand alone. */
export const miniHashes = (): string[] =>
  Object.entries(WEIGHTS).map(([part, file]) => sha256(readFileSync(join(FOLDER, part, file))));

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
  const parts = Object.entries(WEIGHTS).map(([part, file]) => {
    const weights = readFileSync(join(FOLDER, part, file));
    const known = { name: `mini-${part}.safetensors`, sha256: sha256(weights), bytes: weights.length };
    return {
      code: `${part}: { ...${JSON.stringify(known)}, config: ${read(join(part, 'config.json'))}, url: ${part} }`,
      import: `import ${part} from ${JSON.stringify(`${join(FOLDER, part, file)}?url`)};`,
    };
  });
  const texts = Object.entries(TEXTS).map(([name, path]) => `${name}: ${read(path)}`);
  return [
    ...parts.map((part) => part.import),
    `export const MINI = { ${[...parts.map(({ code }) => code), ...texts].join(', ')} };`,
  ].join('\n');
}
