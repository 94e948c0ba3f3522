/*
 * Serves the sources to a browser as a page would get them (Vite, which comes with Vitest), isolated so that wasm gets
 * threads. Folders of models are served below /models/.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A running server. */
export interface PageServer {
  /** Address of the page, whose script is page.ts. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the server. `models`: names to folders with `config.json` and the weights. */
export async function servePage(models: Readonly<Record<string, string>>): Promise<PageServer> {
  const server = await createViteServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    cacheDir: join(ROOT, 'node_modules/.cache/browser-tests'),
    resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
    // Left as they are, so that ONNX Runtime finds its wasm files beside its modules.
    optimizeDeps: { noDiscovery: true, include: [] },
    server: {
      host: '127.0.0.1',
      port: 0,
      hmr: false,
      watch: null,
    },
    plugins: [
      {
        name: 'page-and-models',
        configureServer({ middlewares }) {
          middlewares.use((request, response, next) => {
            response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
            response.setHeader('Cross-Origin-Embedder-Policy', 'credentialless');
            const [, first, name = '', file = ''] = new URL(request.url ?? '/', 'http://page').pathname.split('/');
            const folder = models[name];
            if (first === '') {
              response.setHeader('Content-Type', 'text/html');
              response.end('<!doctype html><script type="module" src="/tests/browser/page.ts"></script>');
            } else if (first === 'models' && folder !== undefined && existsSync(join(folder, file))) {
              response.setHeader('Content-Length', statSync(join(folder, file)).size);
              createReadStream(join(folder, file)).pipe(response);
            } else next();
          });
        },
      },
    ],
  });
  await server.listen();
  return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}
