// The embedded surrogates as files of the page: the module `virtual:surrogates` lists them with their configurations, sizes
// and hashes, as they were when the page was built.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const NAME = 'virtual:surrogates';
const RESOLVED = `\0${NAME}`;
const WEIGHTS = 'diffusion_pytorch_model.safetensors';

/** @param folder with a `surrogates.json`; default: the embedded ones */
export function surrogates(folder = embedded()): Plugin {
  return {
    name: 'surrogates',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? listing(folder) : undefined),
  };
}

const embedded = (): string =>
  dirname(createRequire(import.meta.url).resolve('@photoguard/surrogates/surrogates.json'));

function listing(folder: string): string {
  const { networks } = JSON.parse(readFileSync(join(folder, 'surrogates.json'), 'utf8')) as { networks: string[] };
  const rows = networks.map((name, k) => {
    const weights = readFileSync(join(folder, name, WEIGHTS));
    const sha256 = createHash('sha256').update(weights).digest('hex');
    const config = readFileSync(join(folder, name, 'config.json'), 'utf8');
    const known = { name, sha256, bytes: weights.length };
    return `{ ...${JSON.stringify(known)}, config: ${config}, url: url${k} }`;
  });
  const imports = networks.map(
    (name, k) => `import url${k} from ${JSON.stringify(`${join(folder, name, WEIGHTS)}?url`)};`,
  );
  return `${imports.join('\n')}\nexport const SURROGATES = [${rows.join(', ')}];`;
}
