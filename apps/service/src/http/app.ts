// The HTTP side: what every request passes through, and the routes.
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { immunizationRoutes } from '../immunizations/routes.ts';
import { keyReader } from '../keys/api-key.ts';
import { keyRoutes } from '../keys/routes.ts';
import { operationRoutes } from '../operations/routes.ts';
import { traceRequests } from '../operations/traces.ts';
import { registryRoutes } from '../registry/routes.ts';
import type { Service } from '../service.ts';
import { webhookRoutes } from '../webhooks/routes.ts';
import type { App } from './app-type.ts';
import type { Variables } from './caller.ts';
import { authenticate } from './caller.ts';
import { Problem, problemOf } from './problem.ts';

/** The app of a service. */
export function makeApp(service: Service): App {
  const app: App = new OpenAPIHono<{ Variables: Variables }>({
    defaultHook: (result) => {
      if (!result.success) throw new Problem(400, 'request', describeIssues(result.error.issues));
    },
  });
  const { settings, metrics, log } = service;
  app.use(traceRequests);
  app.use(async (c, next) => {
    const started = performance.now();
    await next();
    metrics.answered(c.res.status, (performance.now() - started) / 1000);
  });
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] } }));
  const tooLarge = (): never => {
    throw new Problem(413, 'too-large', `a request may have at most ${settings.maxBody} bytes`);
  };
  app.use(bodyLimit({ maxSize: settings.maxBody, onError: tooLarge }));
  const guard = authenticate(keyReader(service.database), service.database, settings.mostRequests);
  for (const path of ['/v1/*', '/h/*', '/m/*', '/c/*', '/matches/*', '/manifests/*']) app.use(path, guard);
  operationRoutes(app, service);
  keyRoutes(app, service);
  immunizationRoutes(app, service);
  registryRoutes(app, service);
  webhookRoutes(app, service);
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'PhotoGuard',
      version: '1',
      description: 'Immunizes photos, recognises them, and says whether they may be edited.',
    },
    security: [{ key: [] }],
  });
  app.notFound((c) => c.json({ error: { code: 'not-found', message: 'there is no such address' } }, 404));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (!problem || problem.status === 503)
      log('request broke', { method: c.req.method, path: c.req.routePath, error: describeBug(error) });
    const { status, code, message } = problem ?? new Problem(500, 'internal', 'the service failed; its log says why');
    if (status === 429) c.header('Retry-After', '60');
    if (status === 503) c.header('Retry-After', '5');
    if (status === 401) c.header('WWW-Authenticate', 'Bearer');
    // Programs that know Hasher-Matcher-Actioner look for the message where it has it.
    const forHma = /^\/[hmc]\//.test(c.req.path) && { message };
    return c.json({ error: { code, message }, ...forHma }, status);
  });
  return app;
}

const describeIssues = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string =>
  issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');

// Where it broke, without what was sent.
const describeBug = ({ name, message, cause }: Error): string =>
  `${name}: ${message}${cause === undefined ? '' : ` (${cause})`}`.slice(0, 500);
