// photoguard/client: its types are those of the service as it is, and it asks what it should.
import { readFileSync } from 'node:fs';
import { createClient, form } from 'photoguard/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testImage } from '../../../../tests/support/photos.ts';
import { CLIENT_TYPES, clientTypes } from '../testing/client-types.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';

let service: TinyService;
beforeAll(async () => {
  service = await tinyService();
}, 300_000);
afterAll(() => service?.close());

it('has the types of the service (if not: node --conditions=source apps/service/src/testing/write-client.ts)', async () => {
  expect(await clientTypes(service)).toBe(readFileSync(CLIENT_TYPES, 'utf8'));
});

it('sends photos, reads answers and says what is wrong', async () => {
  const client = createClient('http://localhost', await service.keyOf('one'), async (request) =>
    service.app.request(request),
  );
  const photo = new Blob([new Uint8Array(await testImage(128, 96).png().toBuffer())]);
  const options = JSON.stringify({ model: 'mini' });
  const queued = await client.POST('/v1/immunizations', { body: { photo, options }, bodySerializer: form });
  expect([queued.response.status, queued.data?.state]).toEqual([202, 'queued']);
  const id = queued.data!.id;
  const shown = await client.GET('/v1/immunizations/{id}', { params: { path: { id } } });
  expect(shown.data?.state).toBe('queued');
  const enrolled = await client.POST('/v1/registry', { body: { hash: 'ab'.repeat(32) }, bodySerializer: form });
  expect(enrolled.data?.statement.editing).toBe('notAllowed');
  const asked = { body: { hash: 'ab'.repeat(32) }, bodySerializer: form };
  const { data } = await client.POST('/v1/edit-permission', asked);
  expect(data?.permission).toBe('refused');
  const made = await client.POST('/v1/keys', { body: { tenant: 'two', scopes: ['registry:read'] } });
  expect(made.data?.key).toMatch(/^pg_/);
  const wrong = await client.GET('/v1/immunizations/{id}/result', { params: { path: { id } } });
  expect([wrong.data, wrong.error?.error.code]).toEqual([undefined, expect.any(String)]);
});
