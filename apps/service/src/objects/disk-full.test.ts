// A disk that is full: who sends a photo is told to try again, nothing half written is left, and what is there stays. It needs a
// small disk of its own, which only root can make.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runs } from '../../../../tests/service/leashed.ts';
import { form } from '../../../../tests/service/requests.ts';
import { testImage } from '../../../../tests/support/photos.ts';
import { makeApp } from '../http/app.ts';
import { tinyService } from '../testing/tiny-service.ts';
import { fileStore } from './file-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'photoguard-full-'));
const hasDisk = runs('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
afterAll(() => {
  if (hasDisk) execFileSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
});

it.skipIf(!hasDisk)('refuses photos with 503 while it lasts, and keeps those that it has', async () => {
  const objects = join(folder, 'objects');
  mkdirSync(objects);
  const tiny = await tinyService();
  try {
    const app = makeApp({ ...tiny, objects: fileStore(objects) });
    const headers = { Authorization: `Bearer ${await tiny.keyOf('one')}` };
    const photo = new Uint8Array(await testImage(256, 256).png().toBuffer());
    const send = (): Response | Promise<Response> =>
      app.request('/v1/immunizations', { method: 'POST', headers, body: form({ photo }) });
    const files = (): string[] => readdirSync(objects, { recursive: true }) as string[];
    expect((await send()).status).toBe(202);
    const before = files();
    const filler = join(folder, 'filler');
    expect(() => writeFileSync(filler, new Uint8Array(2e6))).toThrow('ENOSPC');
    const refused = await send();
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({
      error: { code: 'away', message: expect.stringContaining('the disk is full') },
    });
    expect(files()).toEqual(before);
    expect(tiny.queued).toHaveLength(1);
    rmSync(filler);
    expect((await send()).status).toBe(202);
  } finally {
    await tiny.close();
  }
});
