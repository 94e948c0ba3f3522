// The promise of docs/privacy.md, kept by the command as a whole: what it contacts and writes, by its calls to the system.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHubServer } from '../hub-server.ts';
import { testImage } from '../support/photos.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import { trace, traceNote } from '../support/trace.ts';
import { MAIN } from './command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let cwd: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'photoguard-privacy-')));
  cwd = join(folder, 'photos');
  for (const name of ['photos', 'home', 'temp']) mkdirSync(join(folder, name));
  await testImage(1).png().toFile(join(cwd, 'photo.png'));
  // Nothing but this: what the test's own environment says must not be what keeps the promise.
  env = { PATH: process.env.PATH, HOME: join(folder, 'home'), TMPDIR: join(folder, 'temp') };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const immunize = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
  trace([process.execPath, '--conditions=source', MAIN, 'immunize', 'photo.png', '--steps', '2', ...args], {
    cwd,
    env: { ...env, ...more },
    log: join(folder, 'trace'),
  });
const outside = (written: readonly string[], ...folders: string[]): string[] =>
  written.filter((path) => path !== '/dev/null' && !folders.some((known) => `${path}/`.startsWith(`${known}/`)));

describe.skipIf(traceNote !== '')(`what photoguard contacts and writes${traceNote}`, () => {
  it('contacts nobody and writes the output alone, with the model that comes along', async () => {
    const { status, output, sockets, written } = await immunize([]);
    expect(status, output).toBe(0);
    expect(written).toContain(join(cwd, 'photo.immunized.png'));
    expect(sockets).toEqual([]);
    expect(outside(written, cwd)).toEqual([]);
  });

  it('keeps quiet in tests that open sessions themselves', async () => {
    const test = 'packages/onnx-grad/src/import/import.test.ts';
    const { status, output, sockets, written } = await trace(
      [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', test],
      { cwd: ROOT, env, log: join(folder, 'trace') },
    );
    expect(status, output).toBe(0);
    expect(sockets).toEqual([]);
    expect(written.filter((path) => path.startsWith(join(folder, 'home/.cache')))).toEqual([]);
  });

  it('contacts the hub alone for a model that is named, once, and writes it into the cache', async () => {
    writeFiles(join(folder, 'served/some/model'), tinyRepository());
    const server = await startHubServer(join(folder, 'served'));
    const hub = { HF_ENDPOINT: server.url, HF_HOME: join(folder, 'cache') };
    try {
      const first = await immunize(['-m', 'some/model', '-o', 'first.png'], hub);
      expect(first.status, first.output).toBe(0);
      const peers = first.sockets
        .filter((line) => / connect\(/.test(line))
        .map((line) => /sin6?_port=htons\((\d+)\).*"([^"]+)"/.exec(line)?.slice(1, 3) ?? line);
      expect(new Set(peers.map(String))).toEqual(new Set([`${new URL(server.url).port},127.0.0.1`]));
      expect(outside(first.written, cwd, hub.HF_HOME)).toEqual([]);
      const asked = server.log.length;
      const second = await immunize(['-m', 'some/model', '-o', 'second.png'], hub);
      expect([second.status, second.sockets, server.log.length]).toEqual([0, [], asked]);
      expect(outside(second.written, cwd)).toEqual([]);
    } finally {
      await server.close();
    }
  }, 240_000);
});
