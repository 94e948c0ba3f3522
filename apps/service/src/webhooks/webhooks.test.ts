// Webhooks from making one to the dead letter, with a server that receives them; whose they are, and where they do not go.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { begin, cancel, fail, finish, insert } from '../immunizations/immunization.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';
import { ending } from './announce.ts';
import { deliver } from './deliver.ts';
import { sendWebhook } from './send.ts';
import { giveUp } from './webhook.ts';

let service: TinyService;
let [mine, other] = ['', ''];
/** Statuses that the receiver answers with, in turn; the last one from then on. */
let answers: number[] = [];
let received: { readonly path: string; readonly headers: Record<string, string>; readonly body: string }[] = [];
let server: Server;
let url = '';

beforeAll(async () => {
  service = await tinyService({ webhooksTo: 'any' });
  [mine, other] = [await service.keyOf('mine'), await service.keyOf('other')];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    received.push({ path: request.url!, headers: request.headers as Record<string, string>, body });
    const status = answers.length > 1 ? answers.shift()! : answers[0]!;
    response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end('x'.repeat(1000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}, 300_000);
afterAll(async () => {
  server?.close();
  await service?.close();
});
beforeEach(() => {
  [answers, received] = [[200], []];
});

const ask = async (
  method: string,
  path: string,
  { as = mine, json }: { as?: string; json?: object } = {},
): Promise<Response> =>
  service.app.request(path, {
    method,
    headers: { Authorization: `Bearer ${as}`, ...(json && { 'Content-Type': 'application/json' }) },
    ...(json && { body: JSON.stringify(json) }),
  });
async function makeWebhook(as = mine): Promise<{ readonly id: string; readonly secret: string }> {
  const response = await ask('POST', '/v1/webhooks', { json: { url }, as });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string; secret: string };
}
async function addRow(): Promise<{ readonly id: string; readonly attempt: string }> {
  const [id, attempt] = [crypto.randomUUID(), crypto.randomUUID()];
  await insert(service.database, { id, tenant: 'mine', options: {}, request: '', photo: `photos/${id}` });
  await begin(service.database, id, attempt);
  return { id, attempt };
}
const deliveries = async (id: string, query = ''): Promise<Record<string, unknown>[]> =>
  ((await (await ask('GET', `/v1/webhooks/${id}/deliveries${query}`)).json()) as { items: Record<string, unknown>[] })
    .items;

it('tells a tenant, signed, when an immunization is done, failed or cancelled; and no other tenant', async () => {
  const webhook = await makeWebhook();
  const foreign = await makeWebhook(other);
  const { id, attempt } = await addRow();
  const end = { result: `results/${id}-${attempt}`, report: { format: 'png' } };
  expect(await ending(service, (sql) => finish(sql, id, attempt, end))).toBe(true);
  expect(await ending(service, (sql) => finish(sql, id, attempt, end))).toBe(false);
  expect(await deliveries(webhook.id)).toMatchObject([
    { event: 'immunization.done', immunization: id, state: 'waiting', attempts: 0 },
  ]);
  const [message] = await deliveries(webhook.id);
  expect(service.delivering).toEqual([message!.id]);

  await deliver(String(message!.id), service);
  await deliver(String(message!.id), service); // handed out twice, sent once
  expect(received).toHaveLength(1);
  const { headers, body } = received[0]!;
  expect(headers['webhook-id']).toBe(message!.id);
  expect(new Webhook(webhook.secret).verify(body, headers)).toMatchObject({
    ...{ type: 'immunization.done', data: { id, state: 'done' } },
  });
  // What is replayed later, changed, or signed with another secret is found out.
  const late = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 600) };
  expect(() => new Webhook(webhook.secret).verify(body, late)).toThrow('too old');
  const changed = body.replace('"done"', '"cancelled"');
  expect(() => new Webhook(webhook.secret).verify(changed, headers)).toThrow('No matching');
  expect(() => new Webhook(foreign.secret).verify(body, headers)).toThrow('No matching');
  expect(await deliveries(webhook.id)).toMatchObject([{ state: 'delivered', attempts: 1, error: null }]);

  const [failed, cancelled] = [await addRow(), await addRow()];
  await ending(service, (sql) => fail(sql, failed.id, { code: 'image', message: 'cut off' }));
  await ending(service, (sql) => cancel(sql, 'mine', cancelled.id));
  const events = (await deliveries(webhook.id)).map(({ event }) => event);
  expect(events.sort()).toEqual(['immunization.cancelled', 'immunization.done', 'immunization.failed']);

  expect((await ask('GET', `/v1/webhooks/${webhook.id}/deliveries`, { as: other })).status).toBe(404);
  const again = `/v1/webhooks/${webhook.id}/deliveries/${message!.id}/retry`;
  expect((await ask('POST', again, { as: other })).status).toBe(404);
  expect((await ask('DELETE', `/v1/webhooks/${webhook.id}`, { as: other })).status).toBe(404);
  const list = (await (await ask('GET', '/v1/webhooks', { as: other })).json()) as { items: { id: string }[] };
  expect(list.items.map(({ id }) => id)).toEqual([foreign.id]);
  expect(JSON.stringify(list)).not.toContain('whsec_');

  // What was said goes with the photo, and with the webhook.
  expect((await ask('DELETE', `/v1/immunizations/${id}`)).status).toBe(204);
  expect((await deliveries(webhook.id)).map(({ immunization }) => immunization)).not.toContain(id);
  expect((await ask('DELETE', `/v1/webhooks/${webhook.id}`)).status).toBe(204);
  expect(await service.database.query('select id from photoguard.deliveries')).toEqual([]);
});

it('says why a message did not arrive, shows the dead letter, and sends it again when asked', async () => {
  answers = [500, 302, 200];
  const webhook = await makeWebhook();
  const { id } = await addRow();
  await ending(service, (sql) => cancel(sql, 'mine', id));
  const [message] = await deliveries(webhook.id);
  const send = (): Promise<void> => deliver(String(message!.id), service);
  await expect(send()).rejects.toThrow('it answered with 500');
  await expect(send()).rejects.toThrow('it answered with 302');
  expect(received.map(({ path }) => path)).toEqual(['/hook', '/hook']); // and not where it was sent to
  await giveUp(service.database, String(message!.id));
  await send();
  expect(received).toHaveLength(2);
  expect(await deliveries(webhook.id, '?state=dead')).toMatchObject([{ attempts: 2, error: 'it answered with 302' }]);
  expect(await (await service.app.request('/metrics')).text()).toContain('photoguard_webhook_messages{state="dead"} 1');

  const path = `/v1/webhooks/${webhook.id}/deliveries/${message!.id}/retry`;
  expect((await ask('POST', path)).status).toBe(202);
  expect(service.delivering.at(-1)).toBe(message!.id);
  expect((await ask('POST', path)).status).toBe(404); // it is on its way
  await send();
  expect(await deliveries(webhook.id)).toMatchObject([{ state: 'delivered', attempts: 3 }]);
  expect(received[2]!.headers['webhook-id']).toBe(message!.id);
  await ask('DELETE', `/v1/webhooks/${webhook.id}`);
});

describe('where only public addresses are allowed', () => {
  const message = { id: crypto.randomUUID(), secret: `whsec_${btoa('secret')}`, body: '{}' };

  it('nothing is sent to this machine, however its address came there', async () => {
    const port = new URL(url).port;
    for (const to of [url, `https://127.0.0.1:${port}/`, `https://localhost:${port}/`, `https://[::1]:${port}/`])
      expect(await sendWebhook({ ...message, url: to }, 'public')).toMatch(/not public|begin with https/);
    expect(received).toEqual([]);
    expect(await sendWebhook({ ...message, url }, 'any')).toBeUndefined();
    expect(received).toHaveLength(1);
  });

  it('none can be made', async () => {
    const strict = await tinyService();
    try {
      const key = await strict.keyOf('mine');
      const make = (to: string) =>
        strict.app.request('/v1/webhooks', {
          method: 'POST',
          headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
          body: JSON.stringify({ url: to }),
        });
      const refused = await make('https://169.254.169.254/');
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('it is not public')]);
      for (let i = 0; i < 10; i++) expect((await make(`https://example.org/${i}`)).status).toBe(201);
      expect((await make('https://example.org/11')).status).toBe(409);
    } finally {
      await strict.close();
    }
  });
});
