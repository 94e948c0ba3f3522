// A backup as docs/service.md describes it, restored in another place: photos, statements and keys are there again.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { findPostgres, type PostgresServer, startPostgres } from './databases.ts';
import { ended, form, immunize } from './requests.ts';
import { type Running, startService } from './running.ts';

const programs = findPostgres();
const photo = new Uint8Array(await testImage(64, 64).png().toBuffer());
const statement = JSON.stringify({ editing: 'notAllowed', contact: 'owner@example.org' });

for (const database of ['PGlite', 'PostgreSQL'])
  describe.skipIf(database === 'PostgreSQL' && programs === undefined)(`on ${database}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'photoguard-backup-'));
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    let server: PostgresServer | undefined;
    let running: Running | undefined;
    beforeAll(async () => {
      if (database === 'PostgreSQL') server = await startPostgres(programs!);
    });
    afterAll(async () => {
      await running?.end('SIGKILL');
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is restored', async () => {
      const databaseUrl = server?.make('first');
      running = await startService({ dataDir: first, databaseUrl });
      const { key } = running;
      const id = await immunize(running, photo);
      expect((await ended(running, id)).state).toBe('done');
      const before = new Uint8Array(await (await running.call(`/v1/immunizations/${id}/result`)).arrayBuffer());
      const enrolled = await running.call('/v1/registry', { method: 'POST', body: form({ photo, statement }) });
      expect(enrolled.status).toBe(201);
      await running.end('SIGTERM');

      cpSync(first, second, { recursive: true });
      const restored = server?.make('second');
      if (restored) copySchemas(databaseUrl!, restored);
      rmSync(first, { recursive: true });

      running = await startService({ dataDir: second, databaseUrl: restored, key });
      const after = await running.call(`/v1/immunizations/${id}/result`);
      expect(new Uint8Array(await after.arrayBuffer())).toEqual(before);
      const found = await running.call('/v1/registry/lookup', { method: 'POST', body: form({ photo }) });
      expect(((await found.json()) as { matches: unknown[] }).matches).toHaveLength(1);
      expect((await ended(running, await immunize(running, photo))).state).toBe('done');
    });
  });

function copySchemas(from: string, to: string): void {
  const dump = execFileSync(join(programs!, 'pg_dump'), ['-n', 'photoguard', '-n', 'photoguard_queue', from]);
  execFileSync(join(programs!, 'psql'), ['-q', '-v', 'ON_ERROR_STOP=1', to], {
    input: dump,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}
