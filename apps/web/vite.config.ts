// Builds the page into dist/: static files with hashes in their names, for any web server. `vite preview` serves them with
// the headers of build/headers.ts.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { HEADERS, POLICY, policies } from './build/headers.ts';
import { hub } from './build/hub.ts';
import { immunizer } from './build/immunizer.ts';
import { mini } from './build/mini.ts';
import { serviceWorker } from './build/service-worker.ts';
import { surrogates } from './build/surrogates.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [
    svelte({ configFile: false }),
    hub(),
    policies(),
    serviceWorker(),
    {
      name: 'policy',
      transformIndexHtml: (html) => html.replace('%POLICY%', POLICY),
    },
  ],
  // In the default format the threads of ONNX Runtime would not start.
  worker: { format: 'es', plugins: () => [surrogates(), mini(), immunizer(), hub()] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2024',
    modulePreload: { polyfill: false },
  },
  preview: { host: 'localhost', port: 4173, headers: HEADERS },
});
