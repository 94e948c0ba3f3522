// What can go wrong with a download, each against a server that does it: it goes on where it stopped, or fails with a
// clear error, and never leaves a file that a later run would trust.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Faults, type HubServer, startHubServer } from '../../../../../../tests/hub-server.ts';
import { deadProcess } from '../../../../../../tests/support/dead-process.ts';
import { tinyRepository, writeFiles } from '../../../../../../tests/support/tiny-model.ts';
import { partPath } from '../../../part-files.ts';
import type { Sink } from './download.ts';
import type { HubEnvironment } from './environment.ts';
import { checkModel } from './manage.ts';
import { type ResolveOptions, resolveModel } from './resolve.ts';

const ID = 'lab/tiny';
const WEIGHTS = tinyRepository()['diffusion_pytorch_model.safetensors'] as Uint8Array;
const PATIENCE = { attempts: 3, pause: 1, stall: 5000, longestPause: 1000 };

let folder: string;
let hub: HubEnvironment;
let server: HubServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-'));
  writeFiles(join(folder, 'served', ID), tinyRepository());
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function serve(faults: Faults = {}): Promise<void> {
  await server?.close();
  server = await startHubServer(join(folder, 'served'), faults);
  hub = { endpoint: server.url, offline: false, cache: join(folder, 'cache') };
}
const pull = (options: ResolveOptions = {}) => resolveModel(ID, { hub, patience: PATIENCE, ...options });
const blobs = () => readdirSync(join(hub.cache, 'models--lab--tiny', 'blobs'));
const leftover = () => blobs().find((name) => name.endsWith('.incomplete'));
const leftoverPath = () => join(hub.cache, 'models--lab--tiny', 'blobs', leftover()!);
const ranges = () =>
  server!.log.flatMap((line) => (line.includes('/lfs/') ? (/bytes=(\d+)-/.exec(line)?.[1] ?? '0') : []));
/** No blob of the weights has its final name. */
const nothingTrusted = () => blobs().every((name) => !/^[0-9a-f]{64}$/.test(name));

describe('a broken connection', () => {
  it('is resumed in mid-file, and the progress says so', async () => {
    await serve({ cut: { after: 200_000, times: 2 } });
    const seen: number[] = [];
    await pull({ onProgress: ({ received, total }) => total === WEIGHTS.length && seen.push(received) });
    const [first, second, third] = ranges().map(Number);
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0);
    expect(third).toBeGreaterThan(second!);
    expect(seen.every((received, i) => i === 0 || received > seen[i - 1]!)).toBe(true);
    expect(seen.at(-1)).toBe(WEIGHTS.length);
    await checkModel(ID, hub);
    expect(blobs()).toHaveLength(2);
  });

  it('that never gets better ends, keeps its bytes, and the next run goes on from them', async () => {
    await serve({ cut: { after: 1000, times: 100 } });
    await expect(pull()).rejects.toMatchObject({ code: 'network', message: expect.stringMatching(/connection broke/) });
    expect(ranges()).toHaveLength(3);
    expect(nothingTrusted()).toBe(true);
    const size = statSync(leftoverPath()).size;
    await expect(pull({ hub: { ...hub, offline: true } })).rejects.toMatchObject({ code: 'offline' });
    await serve();
    await pull();
    expect(ranges()).toEqual([String(size)]);
    await checkModel(ID, hub);
  });

  it('that gets on a little each time takes more attempts than one that gets nowhere', async () => {
    await serve({ cut: { after: 70_000, times: 6 } });
    await pull();
    expect(ranges().length).toBeGreaterThan(PATIENCE.attempts);
  });

  it('is noticed where it only falls silent', async () => {
    await serve({ stall: { after: 100_000, times: 1 } });
    await pull({ patience: { ...PATIENCE, stall: 200 } });
    expect(ranges()).toHaveLength(2);
  });

  it('starts over where the server ignores ranges', async () => {
    await serve({ cut: { after: 200_000, times: 1 }, ignoreRange: true });
    await pull();
    await checkModel(ID, hub);
  });
});

describe('bytes that are wrong', () => {
  it('are not kept when they do not have the hash', async () => {
    await serve({ corrupt: true });
    await expect(pull()).rejects.toMatchObject({ code: 'integrity' });
    expect(nothingTrusted()).toBe(true);
    expect(leftover()).toBeUndefined();
    await serve();
    await pull();
    await checkModel(ID, hub);
  });

  it('of an earlier attempt are dropped, and the file is fetched whole', async () => {
    await serve({ cut: { after: 1000, times: 100 } });
    await expect(pull()).rejects.toThrow();
    const bytes = readFileSync(leftoverPath());
    writeFileSync(leftoverPath(), bytes.fill(9));
    await serve();
    await pull();
    expect(ranges()).toEqual([String(bytes.length), '0']);
    await checkModel(ID, hub);
  });

  it('of an earlier attempt that are too many, or as many as there should be, are dropped too', async () => {
    for (const size of [WEIGHTS.length, WEIGHTS.length + 1]) {
      await serve({ cut: { after: 1000, times: 100 } });
      await expect(pull()).rejects.toThrow();
      writeFileSync(leftoverPath(), new Uint8Array(size));
      await serve();
      await pull();
      await checkModel(ID, hub);
      rmSync(hub.cache, { recursive: true });
    }
  });

  it('in a blob that was cut after it was checked are replaced', async () => {
    await serve();
    const { folder: snapshot } = await pull();
    const blob = join(hub.cache, 'models--lab--tiny', 'blobs', blobs().find((name) => name.length === 64)!);
    writeFileSync(blob, WEIGHTS.subarray(0, 1000));
    rmSync(snapshot, { recursive: true });
    await pull();
    await checkModel(ID, hub);
  });
});

describe('a server that refuses', () => {
  const refused = async (code: number, times: number, more: Partial<NonNullable<Faults['status']>> = {}) => {
    await serve({ status: { code, times, ...more } });
    return pull();
  };
  it.each([
    [401, 'auth', /HF_TOKEN/],
    [403, 'auth', /terms/],
    [404, 'not-found', /check the spelling/],
    [410, 'not-found', /HTTP 410/],
  ] as const)('with %i is asked once', async (status, code, message) => {
    await expect(refused(status, 100)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(server!.log).toHaveLength(1);
  });

  it.each([
    [429, 'rate-limit'],
    [500, 'network'],
    [503, 'network'],
  ] as const)('with %i is asked again, but not for ever', async (status, code) => {
    await refused(status, 2);
    await checkModel(ID, hub);
    rmSync(hub.cache, { recursive: true });
    await expect(refused(status, 100)).rejects.toMatchObject({ code });
    expect(server!.log).toHaveLength(PATIENCE.attempts);
  });

  it('in mid-download is asked no more often', async () => {
    await expect(refused(500, 100, { path: /resolve.*safetensors/ })).rejects.toMatchObject({ code: 'network' });
    expect(server!.log.filter((line) => line.includes('safetensors'))).toHaveLength(PATIENCE.attempts);
    expect(nothingTrusted()).toBe(true);
  });

  it('says how long to wait, in seconds or as a date, and is given that time', async () => {
    const start = performance.now();
    await refused(429, 1, { retryAfter: '0.3' });
    expect(performance.now() - start).toBeGreaterThan(290);
    rmSync(hub.cache, { recursive: true });
    const dated = refused(429, 100, { retryAfter: new Date(Date.now() + 3_600_000).toUTCString() });
    await expect(dated).rejects.toThrow(/asks for 3\d\d\d seconds/);
    expect(server!.log).toHaveLength(1);
  });

  it('or is not there: the host is named', async () => {
    await serve();
    const nobody = pull({ hub: { ...hub, endpoint: 'http://127.0.0.1:9' }, patience: { ...PATIENCE, attempts: 1 } });
    await expect(nobody).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('127.0.0.1:9') });
  });
});

describe('a disk', () => {
  const failing =
    (code: string, after: number) =>
    async (path: string): Promise<Sink> => {
      let written = 0;
      return {
        write: async (bytes) => {
          const fits = bytes.subarray(0, Math.max(0, after - written));
          appendFileSync(path, fits); // what fits is written, as a real disk does
          written += fits.length;
          if (fits.length < bytes.length) throw Object.assign(new Error(`${code}: write`), { code });
        },
        sync: async () => undefined,
        close: async () => undefined,
      };
    };

  it('that is full: a clear error, nothing trusted, and with space again it goes on', async () => {
    await serve();
    await expect(pull({ openSink: failing('ENOSPC', 150_000) })).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringMatching(/the disk is full.*HF_HOME/),
    });
    expect(nothingTrusted()).toBe(true);
    await serve();
    await pull();
    expect(ranges()).toEqual(['150000']);
    await checkModel(ID, hub);
  });

  it('that fails otherwise, or a cache that is no folder', async () => {
    await serve();
    await expect(pull({ openSink: failing('EIO', 10) })).rejects.toMatchObject({ code: 'unwritable' });
    writeFileSync(join(folder, 'file'), '');
    const inFile = pull({ hub: { ...hub, cache: join(folder, 'file', 'cache') } });
    await expect(inFile).rejects.toMatchObject({ code: 'unwritable', message: expect.stringContaining('HF_HOME') });
  });
});

describe('stopping', () => {
  it('ends at once and keeps what has come', async () => {
    await serve({ slow: 50 });
    const controller = new AbortController();
    const stopped = pull({
      signal: controller.signal,
      onProgress: ({ received, total }) => total === WEIGHTS.length && received > 100_000 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(nothingTrusted()).toBe(true);
    expect(statSync(leftoverPath()).size).toBeGreaterThan(100_000);
  });
  it('before it began asks nobody', async () => {
    await serve();
    await expect(pull({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(server!.log).toEqual([]);
  });
});

describe('processes', () => {
  const start = () =>
    spawn(
      process.execPath,
      ['--conditions=source', fileURLToPath(new URL('../../../../../../tests/support/pull.ts', import.meta.url)), ID],
      {
        env: { ...process.env, HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: hub.cache, HF_TOKEN: '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );

  it('that are killed leave bytes from which the next goes on', async () => {
    await serve({ slow: 100 });
    const child = start();
    for await (const line of child.stdout) if (Number(String(line).split('\n')[0]) > 100_000) break;
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(nothingTrusted()).toBe(true);
    await serve();
    await pull();
    expect(Number(ranges()[0])).toBeGreaterThan(100_000);
    await checkModel(ID, hub);
    expect(blobs()).toHaveLength(2);
  });

  it('that fetch the same at once do not disturb each other', async () => {
    await serve({ slow: 20 });
    const codes = await Promise.all(
      [start(), start(), start()].map(async (child) => {
        child.stdout.resume();
        return (await once(child, 'exit'))[0];
      }),
    );
    expect(codes).toEqual([0, 0, 0]);
    await checkModel(ID, hub);
    expect(blobs()).toHaveLength(2);
  });

  it('of which one is alive: its file is not taken over', async () => {
    await serve({ cut: { after: 1000, times: 100 } });
    await expect(pull()).rejects.toThrow();
    const target = leftoverPath().replace(/\.incomplete$/, '');
    mkdirSync(join(target, '..'), { recursive: true });
    const alive = partPath(`${target}.`);
    writeFileSync(alive, WEIGHTS.subarray(0, 400_000));
    await serve();
    await pull();
    expect(Number(ranges()[0])).toBeLessThan(400_000);
    expect(statSync(alive).size).toBe(400_000);
  });

  it('of which one was killed while the other went on: what it left is cleaned up by the next', async () => {
    await serve();
    await pull();
    const [target] = blobs().map((name) => join(hub.cache, 'models--lab--tiny', 'blobs', name));
    const dead = await deadProcess();
    const left = (whole: string): string => partPath(`${whole}.`).replace(`.${process.pid}.`, `.${dead}.`);
    const other = join(target!, '..', 'f'.repeat(64));
    for (const whole of [target!, other]) writeFileSync(left(whole), 'some bytes');
    writeFileSync(left(other), 'more of the bytes');
    writeFileSync(partPath(`${other}.`), 'of one that lives');
    expect(blobs()).toHaveLength(6);
    await pull(); // all is in the cache: there is nothing to download
    const others = blobs().filter((name) => name.startsWith('ffff'));
    expect(others).toHaveLength(2);
    expect(readFileSync(`${other}.incomplete`, 'utf8')).toBe('more of the bytes');
    expect(blobs()).toHaveLength(4);
  });
});
