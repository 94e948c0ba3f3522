// Writes service-worker.js beside the page: its source with the list of all other files and their hashes.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, transformWithOxc } from 'vite';
import { HEADERS, policyOf } from './headers.ts';
import { miniHashes } from './mini.ts';
import { sha256 } from './weights.ts';

const SOURCE = fileURLToPath(new URL('../src/offline/service-worker.ts', import.meta.url));
const NAME = 'service-worker.js';
/** From this size on a file comes later than the page. */
const LARGE_BYTES = 1e6;
/** Builds of ONNX Runtime for WebGPU. */
const OPTIONAL = /\.(jspi|asyncify)[^/]*$/;

/** See the head of this file. */
export function serviceWorker(): Plugin {
  let folder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved({ root, build }) {
      folder = join(root, build.outDir);
      if (build.outDir.startsWith('/')) folder = build.outDir;
    },
    async closeBundle() {
      const onDemand = miniHashes();
      const files = list(folder).map((path) => {
        const bytes = readFileSync(join(folder, path));
        const hash = sha256(bytes);
        const asked = onDemand.includes(hash);
        const large = asked || bytes.length >= LARGE_BYTES;
        return { path, sha256: hash, large, optional: asked || OPTIONAL.test(path), policy: policyOf(path) };
      });
      const source = readFileSync(SOURCE, 'utf8');
      const values = {
        __FILES__: files,
        __HEADERS__: HEADERS,
        __BUILD__: sha256(JSON.stringify([files, source])).slice(0, 16),
      };
      const { code } = await transformWithOxc(source, SOURCE, { sourcemap: false });
      const defined = Object.entries(values).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
      writeFileSync(join(folder, NAME), defined.join('') + code);
    },
  };
}

const list = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== NAME && statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
