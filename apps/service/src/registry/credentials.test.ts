// Content credentials as a reason of edit-permission: real ones, by a signer that the service trusts and by others.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCredentials } from 'photoguard/credential';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeSigner } from '../../../../packages/photoguard/src/credential/find-signer.ts';
import { makeSelfMade } from '../../../../packages/photoguard/src/credential/self-made.ts';
import { changedPixel } from '../../../../packages/photoguard/src/credential/testing/changed-file.ts';
import { testImage } from '../../../../tests/support/photos.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'photoguard-trust-'));
const trust = join(folder, 'trust.pem');
const [trusted, stranger] = [makeSelfMade({ name: 'Example' }), makeSelfMade({ name: 'Stranger' })];
const credentials = openCredentials();
const photo = new Uint8Array(await testImage(128, 96).png().toBuffer());
let service: TinyService;

beforeAll(async () => {
  writeFileSync(trust, trusted.authority);
  service = await tinyService({ trust });
}, 300_000);
afterAll(async () => {
  await service?.close();
  await credentials.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['trusted', true, trusted, (file: Uint8Array) => file],
  ['tampered', false, trusted, (file: Uint8Array) => changedPixel(file, 'png')],
  ['other-signer', false, stranger, (file: Uint8Array) => file],
] as const)('a photo whose credential is %s is refused, and whether it is verified is said', async (...given) => {
  const [status, verified, { certificate, key }, change] = given;
  const content = { pdq: new Uint8Array(32), program: { name: 'x', version: '1' } };
  const signed = change(await credentials.sign(photo, makeSigner(certificate + key, 'x'), content));
  const body = new FormData();
  body.set('photo', new Blob([new Uint8Array(signed)]), 'photo');
  const headers = { Authorization: `Bearer ${await service.keyOf('one')}` };
  const response = await service.app.request('/v1/edit-permission', { method: 'POST', headers, body });
  expect(await response.json()).toMatchObject({
    permission: 'refused',
    reasons: [{ kind: 'content-credential', says: 'refused', verified, status }],
  });
});
