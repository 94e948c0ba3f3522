// What whoever operates the service looks at: health, figures, and a page.
import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../http/app-type.ts';
import { problems } from '../http/problem.ts';
import type { Service } from '../service.ts';
import { statusPage } from './page.ts';

const open = { security: [] };
const text = (description: string, type = 'text/plain') => ({
  200: { description, content: { [type]: { schema: z.string() } } },
});

/** Adds the routes of operations; they need no key. */
export function operationRoutes(app: App, { database, metrics, settings }: Service): void {
  const route = <P extends string>(path: P, summary: string, type?: string) =>
    createRoute({ method: 'get', path, summary, ...open, responses: { ...text(summary, type), ...problems(503) } });
  app.openapi(route('/healthz', 'The process runs'), (c) => c.text('ok\n'));
  const isReady = (): Promise<boolean> =>
    database.query('select 1').then(
      () => true,
      () => false,
    );
  const away = { error: { code: 'database', message: 'the database does not answer' } };
  app.openapi(route('/readyz', 'It can answer requests: the database is there'), async (c) =>
    (await isReady()) ? c.text('ok\n', 200) : c.json(away, 503),
  );
  app.openapi(route('/status', 'The same, as Hasher-Matcher-Actioner says it'), async (c) =>
    (await isReady()) ? c.text('I-AM-ALIVE', 200) : c.json(away, 503),
  );
  app.openapi(route('/metrics', "Figures in Prometheus' format"), async (c) => c.text(await metrics.text(database)));
  app.get('/', async (c) => {
    const states = await database.query<{ state: string; count: number }>(
      'select state, count(*)::int as count from photoguard.immunizations group by state order by state',
    );
    const document = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'PhotoGuard', version: '1' } });
    return c.html(statusPage(states, document.paths ?? {}, settings.keepHours));
  });
}
