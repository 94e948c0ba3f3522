// What whoever operates the service looks at: health, figures, the page, and the audit log.
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { form } from '../../../../tests/service/requests.ts';
import { testImage } from '../../../../tests/support/photos.ts';
import { makeApp } from '../http/app.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';

const photo = new Uint8Array(await testImage(128, 96).png().toBuffer());
const PORTRAIT = fileURLToPath(new URL('../../../../examples/portrait.png', import.meta.url));

let service: TinyService;
let key: string;
beforeAll(async () => {
  service = await tinyService();
  key = await service.keyOf('one');
}, 300_000);
afterAll(() => service?.close());

const ask = async (method: string, path: string, body?: FormData): Promise<Response> =>
  service.app.request(path, { method, headers: { Authorization: `Bearer ${key}` }, ...(body && { body }) });

it.each(['/healthz', '/readyz', '/status', '/metrics', '/'])('%s needs no key', async (path) =>
  expect((await service.app.request(path)).status).toBe(200),
);

it('figures count what is in the database, and what this process saw', async () => {
  const figure = async (name: string): Promise<number> => {
    const text = await (await service.app.request('/metrics')).text();
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length) ?? 0,
    );
  };
  const names = [
    ...['photoguard_immunizations{state="queued"}', 'photoguard_failures_total{code="usage"}'],
    ...['photoguard_immunize_seconds_count', 'photoguard_immunize_seconds_sum'],
    'photoguard_request_seconds_count{status="4xx"}',
  ];
  const before = await Promise.all(names.map(figure));
  expect((await ask('POST', '/v1/immunizations', form({ photo }))).status).toBe(202);
  expect((await ask('GET', '/v1/nothing')).status).toBe(404);
  service.metrics.failed('usage');
  service.metrics.ran(2);
  const after = await Promise.all(names.map(figure));
  expect(after.map((value, i) => value - before[i]!)).toEqual([1, 1, 1, 2, 1]);
  expect(await figure('photoguard_queue_oldest_seconds')).toBeGreaterThan(0);
});

it('is not ready where the database does not answer, but alive', async () => {
  const query = () => Promise.reject(new Error('gone'));
  const app = makeApp({ ...service, database: { ...service.database, query } });
  const statuses = await Promise.all(
    ['/readyz', '/status', '/healthz'].map(async (path) => (await app.request(path)).status),
  );
  expect(statuses).toEqual([503, 503, 200]);
});

it('the page asks for nothing from elsewhere', async () => {
  const response = await service.app.request('/');
  const page = await response.text();
  expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect(page).toContain('POST /v1/immunizations');
  expect(page).not.toMatch(/<(script|link|img|iframe)|url\(|(src|href)="(https?:)?\/\//);
});

it('the audit log has who changed what, and nothing of what was read', async () => {
  const log = (): Promise<{ tenant: string; action: string; subject: string }[]> =>
    service.database.query('select tenant, key, action, subject from photoguard.audit order by seq');
  const before = (await log()).length;
  const enrolled = await ask(
    'POST',
    '/v1/registry',
    form({ photo: await sharp(PORTRAIT).resize(320).png().toBuffer() }),
  );
  const { id } = (await enrolled.json()) as { id: string };
  expect((await ask('GET', '/v1/immunizations')).status).toBe(200);
  expect((await ask('DELETE', `/v1/registry/${id}`)).status).toBe(204);
  const [made, deleted, ...more] = (await log()).slice(before);
  expect(more).toEqual([]);
  for (const one of [made, deleted]) expect(one).toMatchObject({ tenant: 'one', key: key.slice(3, 15), subject: id });
  expect(made!.action).not.toBe(deleted!.action);
});
