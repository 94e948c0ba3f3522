// The embedded immunizer as a file of the page: the module `virtual:immunizer`.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Plugin } from 'vite';
import { weightsOfPage } from './weights.ts';

const NAME = 'virtual:immunizer';
const RESOLVED = `\0${NAME}`;

/** See the head of this file. */
export function immunizer(): Plugin {
  const folder = dirname(createRequire(import.meta.url).resolve('@photoguard/immunizer/package.json'));
  return {
    name: 'immunizer',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      const { code, needs } = weightsOfPage({ variable: 'url', name: 'immunizer', folder });
      return `${needs}\nexport const IMMUNIZER = ${code};`;
    },
  };
}
