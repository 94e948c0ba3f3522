/*
 * Bundles for pages, as a project with Vite makes them: of nothing but what the packages export.
 */
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type InlineConfig, type Plugin, preview } from 'vite';
import { type PageServer, ROOT } from './serve.ts';

const BASE = {
  root: join(ROOT, 'tests/browser'),
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  // In the default format the threads of the worker would not start.
  worker: { format: 'es' },
} as const satisfies InlineConfig;

/** A bundle of one module. */
export interface Bundle {
  /** Bytes of all that a page would fetch, minified, not compressed. */
  readonly bytes: number;
  /** Modules that need Node, and who imports them: Vite puts empty ones in their place. */
  readonly ofNode: readonly string[];
}

/** Bundles a module that is given as text. @throws where something cannot be found or bundled */
export async function bundleModule(text: string): Promise<Bundle> {
  const ofNode: string[] = [];
  const plugin: Plugin = {
    name: 'module',
    enforce: 'pre',
    resolveId(id, importer) {
      if (isBuiltin(id) || id === 'sharp') ofNode.push(`${id} in ${importer?.replace(ROOT, '')}`);
      return id === 'virtual:entry' ? '\0entry' : undefined;
    },
    load: (id) => (id === '\0entry' ? text : undefined),
  };
  const result = await build({
    ...BASE,
    plugins: [plugin],
    build: {
      write: false,
      minify: true,
      rolldownOptions: { input: 'virtual:entry', preserveEntrySignatures: 'strict' },
    },
  });
  if (!('output' in result)) throw new Error('one bundle was expected');
  const sizes = result.output.map((file) => Buffer.byteLength(file.type === 'chunk' ? file.code : file.source));
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), ofNode };
}

/**
 * Bundles attack.html into a folder, and serves that: isolated, so that wasm gets threads.
 * @param format of the worker; `iife` is Vite's default, in which threads do not start
 */
export async function serveBundle(outDir: string, format: 'es' | 'iife' = 'es'): Promise<PageServer> {
  await build({
    ...BASE,
    worker: { format },
    base: './',
    build: { outDir, emptyOutDir: false, rolldownOptions: { input: 'attack.html' } },
  });
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'credentialless' };
  const server = await preview({ ...BASE, build: { outDir }, preview: { host: '127.0.0.1', port: 0, headers } });
  return { url: `${server.resolvedUrls!.local[0]!}attack.html`, close: () => server.close() };
}
