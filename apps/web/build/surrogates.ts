// The embedded surrogates as files of the page: the module `virtual:surrogates` lists them with their configurations, sizes
// and hashes, as they were when the page was built.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { weightsOfPage } from './weights.ts';

const NAME = 'virtual:surrogates';
const RESOLVED = `\0${NAME}`;

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
  const rows = networks.map((name, k) => weightsOfPage({ variable: `url${k}`, name, folder: join(folder, name) }));
  const imports = rows.map(({ needs }) => needs).join('\n');
  return `${imports}\nexport const SURROGATES = [${rows.map(({ code }) => code).join(', ')}];`;
}
