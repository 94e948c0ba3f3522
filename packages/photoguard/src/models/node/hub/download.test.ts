// What can go wrong with a download, each against a server that does it: it goes on where it stopped, or fails with a
// clear error, and never leaves a file that a later run would trust.
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Faults } from '../../../../../../tests/hub-server.ts';
import type { Sink } from './download-options.ts';
import { checkModel } from './manage.ts';
import { ID, PATIENCE, tinyHub, WEIGHTS } from './testing/tiny-hub.ts';

const tiny = tinyHub();

describe('a broken connection', () => {
  it('is resumed in mid-file, and the progress says so', async () => {
    await tiny.serve({ cut: { after: 200_000, times: 2 } });
    const seen: number[] = [];
    await tiny.pull({ onProgress: ({ received, total }) => total === WEIGHTS.length && seen.push(received) });
    const [first, second, third] = tiny.ranges.map(Number);
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0);
    expect(third).toBeGreaterThan(second!);
    expect(seen.every((received, i) => i === 0 || received > seen[i - 1]!)).toBe(true);
    expect(seen.at(-1)).toBe(WEIGHTS.length);
    await checkModel(ID, tiny.hub);
    expect(tiny.blobs).toHaveLength(2);
  });

  it('that never gets better ends, keeps its bytes, and the next run goes on from them', async () => {
    await tiny.serve({ cut: { after: 1000, times: 100 } });
    await expect(tiny.pull()).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/connection broke/),
    });
    expect(tiny.ranges).toHaveLength(3);
    expect(tiny.nothingTrusted).toBe(true);
    const size = statSync(tiny.leftoverPath).size;
    await expect(tiny.pull({ hub: { ...tiny.hub, offline: true } })).rejects.toMatchObject({ code: 'offline' });
    await tiny.serve();
    await tiny.pull();
    expect(tiny.ranges).toEqual([String(size)]);
    await checkModel(ID, tiny.hub);
  });

  it('that gets on a little each time takes more attempts than one that gets nowhere', async () => {
    await tiny.serve({ cut: { after: 70_000, times: 6 } });
    await tiny.pull();
    expect(tiny.ranges.length).toBeGreaterThan(PATIENCE.attempts);
  });

  it('is noticed where it only falls silent', async () => {
    await tiny.serve({ stall: { after: 100_000, times: 1 } });
    await tiny.pull({ patience: { ...PATIENCE, stall: 200 } });
    expect(tiny.ranges).toHaveLength(2);
  });

  it('starts over where the server ignores ranges', async () => {
    await tiny.serve({ cut: { after: 200_000, times: 1 }, ignoreRange: true });
    await tiny.pull();
    await checkModel(ID, tiny.hub);
  });
});

describe('bytes that are wrong', () => {
  it('are not kept when they do not have the hash', async () => {
    await tiny.serve({ corrupt: true });
    await expect(tiny.pull()).rejects.toMatchObject({ code: 'integrity' });
    expect(tiny.nothingTrusted).toBe(true);
    expect(tiny.leftover).toBeUndefined();
    await tiny.serve();
    await tiny.pull();
    await checkModel(ID, tiny.hub);
  });

  it('of an earlier attempt are dropped, and the file is fetched whole', async () => {
    await tiny.serve({ cut: { after: 1000, times: 100 } });
    await expect(tiny.pull()).rejects.toThrow();
    const bytes = readFileSync(tiny.leftoverPath);
    writeFileSync(tiny.leftoverPath, bytes.fill(9));
    await tiny.serve();
    await tiny.pull();
    expect(tiny.ranges).toEqual([String(bytes.length), '0']);
    await checkModel(ID, tiny.hub);
  });

  it('of an earlier attempt that are too many, or as many as there should be, are dropped too', async () => {
    for (const size of [WEIGHTS.length, WEIGHTS.length + 1]) {
      await tiny.serve({ cut: { after: 1000, times: 100 } });
      await expect(tiny.pull()).rejects.toThrow();
      writeFileSync(tiny.leftoverPath, new Uint8Array(size));
      await tiny.serve();
      await tiny.pull();
      await checkModel(ID, tiny.hub);
      rmSync(tiny.hub.cache, { recursive: true });
    }
  });

  it('in a blob that was cut after it was checked are replaced', async () => {
    await tiny.serve();
    const { folder: snapshot } = await tiny.pull();
    const blob = join(tiny.blobFolder, tiny.blobs.find((name) => name.length === 64)!);
    writeFileSync(blob, WEIGHTS.subarray(0, 1000));
    rmSync(snapshot, { recursive: true });
    await tiny.pull();
    await checkModel(ID, tiny.hub);
  });
});

describe('a server that refuses', () => {
  const refused = async (code: number, times: number, more: Partial<NonNullable<Faults['status']>> = {}) => {
    await tiny.serve({ status: { code, times, ...more } });
    return tiny.pull();
  };
  it.each([
    [401, 'auth', /HF_TOKEN/],
    [403, 'auth', /terms/],
    [404, 'not-found', /check the spelling/],
    [410, 'not-found', /HTTP 410/],
  ] as const)('with %i is asked once', async (status, code, message) => {
    await expect(refused(status, 100)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(tiny.log).toHaveLength(1);
  });

  it.each([
    [429, 'rate-limit'],
    [500, 'network'],
    [503, 'network'],
  ] as const)('with %i is asked again, but not for ever', async (status, code) => {
    await refused(status, 2);
    await checkModel(ID, tiny.hub);
    rmSync(tiny.hub.cache, { recursive: true });
    await expect(refused(status, 100)).rejects.toMatchObject({ code });
    expect(tiny.log).toHaveLength(PATIENCE.attempts);
  });

  it('in mid-download is asked no more often', async () => {
    await expect(refused(500, 100, { path: /resolve.*safetensors/ })).rejects.toMatchObject({ code: 'network' });
    expect(tiny.log.filter((line) => line.includes('safetensors'))).toHaveLength(PATIENCE.attempts);
    expect(tiny.nothingTrusted).toBe(true);
  });

  it('says how long to wait, in seconds or as a date, and is given that time', async () => {
    const start = performance.now();
    await refused(429, 1, { retryAfter: '0.3' });
    expect(performance.now() - start).toBeGreaterThan(290);
    rmSync(tiny.hub.cache, { recursive: true });
    const dated = refused(429, 100, { retryAfter: new Date(Date.now() + 3_600_000).toUTCString() });
    await expect(dated).rejects.toThrow(/asks for 3\d\d\d seconds/);
    expect(tiny.log).toHaveLength(1);
  });

  it('or is not there: the host is named', async () => {
    await tiny.serve();
    const nobody = tiny.pull({
      hub: { ...tiny.hub, endpoint: 'http://127.0.0.1:9' },
      patience: { ...PATIENCE, attempts: 1 },
    });
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
    await tiny.serve();
    await expect(tiny.pull({ openSink: failing('ENOSPC', 150_000) })).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringMatching(/the disk is full.*HF_HOME/),
    });
    expect(tiny.nothingTrusted).toBe(true);
    await tiny.serve();
    await tiny.pull();
    expect(tiny.ranges).toEqual(['150000']);
    await checkModel(ID, tiny.hub);
  });

  it('that fails otherwise, or a cache that is no folder', async () => {
    await tiny.serve();
    await expect(tiny.pull({ openSink: failing('EIO', 10) })).rejects.toMatchObject({ code: 'unwritable' });
    writeFileSync(join(tiny.folder, 'file'), '');
    const inFile = tiny.pull({ hub: { ...tiny.hub, cache: join(tiny.folder, 'file', 'cache') } });
    await expect(inFile).rejects.toMatchObject({ code: 'unwritable', message: expect.stringContaining('HF_HOME') });
  });
});

describe('stopping', () => {
  it('ends at once and keeps what has come', async () => {
    await tiny.serve({ slow: 50 });
    const controller = new AbortController();
    const stopped = tiny.pull({
      signal: controller.signal,
      onProgress: ({ received, total }) => total === WEIGHTS.length && received > 100_000 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(tiny.nothingTrusted).toBe(true);
    expect(statSync(tiny.leftoverPath).size).toBeGreaterThan(100_000);
  });
  it('before it began asks nobody', async () => {
    await tiny.serve();
    await expect(tiny.pull({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(tiny.log).toEqual([]);
  });
});
