// The headers that the page is served with: a policy that lets it ask nobody but its own server, and isolation, without
// which wasm gets one thread. The policy is also in the page itself, for hosts that set no headers. The worker that may ask the hub
// has a policy of its own.
import type { Plugin } from 'vite';
import { HUB_WORKER, hubPolicy } from './hub.ts';

/** Without `frame-ancestors`, which only counts in a header. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The policy that a file is served with. */
export const policyOf = (path: string): string =>
  HUB_WORKER.test(path) ? hubPolicy() : `${POLICY}; frame-ancestors 'none'`;

/** Has `vite preview` send the policy of each file. */
export const policies = (): Plugin => ({
  name: 'policies',
  configurePreviewServer: ({ middlewares }) => {
    middlewares.use((request, response, next) => {
      response.setHeader('Content-Security-Policy', policyOf((request.url ?? '').replace(/\?.*/, '')));
      next();
    });
  },
});

/** By name, for every file of the page, beside its policy. */
export const HEADERS: Record<string, string> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), browsing-topics=()',
};
