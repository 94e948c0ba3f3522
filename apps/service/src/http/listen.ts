// Listens for requests, within limits that keep slow clients from holding the service up.
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { PhotoGuardError } from 'photoguard/errors';
import type { App } from './app-type.ts';

/** How long a client may take, and how many there may be. */
export interface Limits {
  /** For the headers of a request. */
  readonly headersMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** Without a byte in either direction. */
  readonly silentMs: number;
  /** How often it is looked whether a client takes too long. */
  readonly checkMs: number;
  /** Further connections are closed at once. */
  readonly connections: number;
}

/** So many connections take some 200 MB; more than a client that sends a byte a minute is likely to open. */
const CONNECTIONS = 20_000;
const LIMITS: Limits = {
  ...{ headersMs: 15_000, requestMs: 120_000, silentMs: 120_000, checkMs: 5000, connections: CONNECTIONS },
};

/** Listens. @throws PhotoGuardError `input` if the port is taken */
export async function listen(
  { fetch }: Pick<App, 'fetch'>,
  { port, host }: { readonly port: number; readonly host: string },
  { headersMs, requestMs, silentMs, checkMs, connections } = LIMITS,
): Promise<Server> {
  const server = createAdaptorServer({
    fetch,
    serverOptions: {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
      keepAliveTimeout: 10_000,
      maxHeaderSize: 16_384,
    },
  }) as Server;
  server.timeout = silentMs;
  server.maxConnections = connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new PhotoGuardError('input', `port ${port} is taken`, { hint: 'give another with --port', cause })
          : cause,
      ),
    );
    server.listen(port, host, resolve);
  });
  return server;
}

/** Stops listening: requests in progress get the time, at most five seconds; streams of events end with it. */
export async function close(server: Server, graceSeconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), Math.min(graceSeconds, 5) * 1000);
  await closed;
  clearTimeout(timer);
}
