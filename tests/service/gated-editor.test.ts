// The editor of examples/, in front of a service: it edits what nobody forbids, and nothing else.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from 'photoguard/client';
import { openCredentials } from 'photoguard/credential';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatedEditor, startGatedEditor } from '../../examples/gated-editor.ts';
import { findSigner } from '../../packages/photoguard/src/credential/index.ts';
import { testImage } from '../support/photos.ts';
import { form } from './requests.ts';
import { type Running, startService } from './running.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'photoguard-gate-'));
const portrait = () => sharp(fileURLToPath(new URL('../../examples/portrait.png', import.meta.url))).resize(320);
let service: Running;
let editor: GatedEditor;
beforeAll(async () => {
  service = await startService({ dataDir, options: ['--role', 'all', '--workers', '1'] });
  editor = await startGatedEditor(createClient(service.url, service.key), 0, 2);
}, 300_000);
afterAll(async () => {
  await editor?.close();
  await service?.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});
const edit = async (photo: Uint8Array): Promise<Response> =>
  fetch(`${editor.url}/edit?prompt=a+beach`, { method: 'POST', body: new Uint8Array(photo) });

it('edits a photo that nobody knows, and not one that its owner enrolled, in any form', async () => {
  const photo = new Uint8Array(await portrait().png().toBuffer());
  const edited = await edit(photo);
  expect([edited.status, edited.headers.get('Content-Type')]).toEqual([200, 'image/png']);
  expect((await sharp(await edited.arrayBuffer()).metadata()).format).toBe('png');
  const body = form({ photo, statement: '{"contact":"me@example.org"}' });
  expect((await service.call('/v1/registry', { method: 'POST', body })).status).toBe(201);
  const copy = await portrait().flop().jpeg({ quality: 90 }).toBuffer();
  const refused = await edit(copy);
  expect(refused.status).toBe(451);
  expect(await refused.json()).toMatchObject({ reasons: [{ kind: 'registry', contact: 'me@example.org' }] });
});

it('does not edit a photo whose credential forbids it, nor what is no photo, nor anything if nobody can be asked', async () => {
  const credentials = openCredentials();
  const content = { pdq: new Uint8Array(32), program: { name: 'x', version: '1' } };
  const other = testImage(96, 96);
  const signed = await credentials.sign(await other.png().toBuffer(), await findSigner('self-made'), content);
  await credentials.close();
  expect((await edit(signed)).status).toBe(451);
  expect((await edit(Buffer.from('hello'))).status).toBe(422);
  await service.end('SIGKILL');
  expect((await edit(signed)).status).toBe(503);
});
