// The life of an immunization through the service as it is started, on each database: done, interrupted by kill -9, listed;
// deleted, told to webhooks, and failed.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePhoto } from 'photoguard/image/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { findPostgres, type PostgresServer, startPostgres } from './databases.ts';
import { alive, descendants } from './leashed.ts';
import { ended, form, immunize, LONG, type Shown, waitFor } from './requests.ts';
import { type Running, startService } from './running.ts';

const programs = findPostgres();
const OPTIONS = [
  ...['--workers', '1', '--heartbeat-seconds', '10', '--grace-seconds', '0'],
  ...['--webhooks-to', 'any', '--webhook-attempts', '2', '--credential', 'self-made'],
];
const photo = new Uint8Array(await testImage(64, 64).png().toBuffer());

for (const database of ['PGlite', 'PostgreSQL'])
  describe.skipIf(database === 'PostgreSQL' && programs === undefined)(`on ${database}`, () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'photoguard-service-'));
    let server: PostgresServer | undefined;
    let databaseUrl: string | undefined;
    let service: Running;
    const restart = async (): Promise<void> => {
      service = await startService({ dataDir, databaseUrl, first: true, key: service?.key ?? '', options: OPTIONS });
    };
    const objects = (): string[] =>
      readdirSync(join(dataDir, 'objects'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));

    beforeAll(async () => {
      if (database === 'PostgreSQL') {
        server = await startPostgres(programs!);
        databaseUrl = server.make('life');
      }
      await restart();
    }, 300_000);
    afterAll(async () => {
      await service?.end('SIGKILL');
      await server?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });

    it('immunizes a photo, and tells state, events, report and result', async () => {
      const id = await immunize(service, photo);
      const events = await (await service.call(`/v1/immunizations/${id}/events`)).text();
      expect(events).not.toContain(dataDir);
      expect(events).toMatch(/event: state\ndata: .*"state":"done".*\n\n$/);
      expect(await ended(service, id)).toMatchObject({ state: 'done', error: null });
      const report = (await (await service.call(`/v1/immunizations/${id}/report`)).json()) as Record<string, unknown>;
      expect(report).toMatchObject({ width: 64, height: 64, gradients: 10, format: 'png' });
      expect(JSON.stringify(report)).not.toContain(dataDir);
      const result = await service.call(`/v1/immunizations/${id}/result`);
      expect(result.headers.get('Content-Type')).toBe('image/png');
      const file = new Uint8Array(await result.arrayBuffer());
      const { pixels } = await decodePhoto(file);
      expect([pixels.width, pixels.height]).toEqual([64, 64]);
      expect(pixels.data).not.toEqual((await decodePhoto(photo)).pixels.data);
      expect(report.credential).toMatchObject({ selfMade: true });
      const permission = await service.call('/v1/edit-permission', { method: 'POST', body: form({ photo: file }) });
      const { reasons } = (await permission.json()) as { reasons: { kind: string; status?: string }[] };
      expect(reasons.map(({ kind, status }) => [kind, status])).toEqual([
        ['photoguard-record', undefined],
        ['content-credential', 'self-made'],
      ]);
    });

    it('goes on with a photo after kill -9, and is done once', async () => {
      const id = await immunize(service, photo, { ...LONG, size: '64x64', steps: 20 });
      await waitFor(service, id, ({ state }) => state === 'running');
      const waiting = await immunize(service, photo);
      const atWork = descendants(service.pid);
      await service.end('SIGKILL');
      await expect.poll(() => alive(atWork)).toEqual([]);
      await restart();
      expect((await ended(service, id)).state).toBe('done');
      expect((await ended(service, waiting)).state).toBe('done');
      expect(objects().filter((path) => path.includes(`results/${id}`))).toHaveLength(1);
      await expect.poll(() => readdirSync(join(dataDir, 'work'))).toEqual([]);
    });

    it('lists by pages, newest first', async () => {
      const all = (await (await service.call('/v1/immunizations')).json()) as { items: Shown[] };
      const seen: Shown[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const page = (await (await service.call(`/v1/immunizations?limit=2${next && `&cursor=${next}`}`)).json()) as {
          items: Shown[];
          next: string | null;
        };
        seen.push(...page.items);
        next = page.next;
      }
      expect(seen.map(({ id }) => id)).toEqual(all.items.map(({ id }) => id));
      expect(seen.length).toBe(3);
    });

    // What is not up to the database is tested on one.
    if (database === 'PostgreSQL') return;

    it('deletes a photo with all traces', async () => {
      const id = await immunize(service, photo, LONG);
      await waitFor(service, id, ({ state }) => state === 'running');
      expect((await service.call(`/v1/immunizations/${id}`, { method: 'DELETE' })).status).toBe(204);
      expect((await service.call(`/v1/immunizations/${id}`)).status).toBe(404);
      await expect.poll(() => existsSync(join(dataDir, 'work')) && readdirSync(join(dataDir, 'work'))).toEqual([]);
      expect(objects().filter((path) => path.includes(id))).toEqual([]);
    });

    it('tells webhooks, tries again, and gives up what does not arrive', async () => {
      const answers: Record<string, number[]> = { '/late': [500, 200], '/never': [500, 500] };
      const receiver = createServer((request, response) =>
        response.writeHead(answers[request.url!]!.shift() ?? 418).end(),
      );
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      const { port } = receiver.address() as AddressInfo;
      const headers = { 'Content-Type': 'application/json' };
      const [late, never] = await Promise.all(
        ['/late', '/never'].map(async (path) => {
          const body = JSON.stringify({ url: `http://127.0.0.1:${port}${path}` });
          const made = await service.call('/v1/webhooks', { method: 'POST', body, headers });
          return ((await made.json()) as { id: string }).id;
        }),
      );
      const id = await immunize(service, photo, LONG);
      expect((await service.call(`/v1/immunizations/${id}/cancel`, { method: 'POST' })).status).toBe(200);
      const sent = async (webhook?: string): Promise<unknown> =>
        ((await (await service.call(`/v1/webhooks/${webhook}/deliveries`)).json()) as { items: unknown[] }).items;
      const [event, immunization] = ['immunization.cancelled', id];
      await expect
        .poll(() => sent(late))
        .toMatchObject([{ event, immunization, state: 'delivered', attempts: 2, error: null }]);
      await expect
        .poll(() => sent(never))
        .toMatchObject([{ event, immunization, state: 'dead', attempts: 2, error: 'it answered with 500' }]);
      receiver.close();
    });

    it('says why a photo failed', async () => {
      const id = await immunize(service, photo, { model: 'mini', draws: 1 });
      expect(await ended(service, id)).toMatchObject({ state: 'failed', error: { code: 'usage' } });
      const response = await service.call(`/v1/immunizations/${id}/result`);
      expect([response.status, await response.text()]).toEqual([409, expect.stringContaining('it is failed')]);
    });
  });
