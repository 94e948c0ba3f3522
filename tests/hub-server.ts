// A server that serves a folder of models (<org>/<name>/files) as a hub does: model info, file lists with hashes,
// downloads with ranges, large files behind a redirect as LFS has them. Faults can be injected. Run it by hand:
//   node tests/hub-server.ts <folder> [--port 8080]        and set HF_ENDPOINT to what it prints
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What goes wrong, once or always. Faults of bodies befall large files only (those behind the redirect). */
export interface Faults {
  /** Answers with this status (and Retry-After, in seconds) so many times; only where the path matches, if one is given. */
  readonly status?: {
    readonly code: number;
    readonly times: number;
    readonly retryAfter?: string;
    readonly path?: RegExp;
  };
  /** Breaks the connection after so many bytes of a body, so many times. */
  readonly cut?: { readonly after: number; readonly times: number };
  /** Sends so many bytes of a body and then nothing, so many times. */
  readonly stall?: { readonly after: number; readonly times: number };
  /** Pauses so many milliseconds after every 64 KB. */
  readonly slow?: number;
  /** Serves other bytes than it announced. */
  readonly corrupt?: boolean;
  /** Sends whole files, whatever range is asked for. */
  readonly ignoreRange?: boolean;
  /** Redirects large files to another origin (localhost instead of 127.0.0.1), as a CDN would be. */
  readonly cdn?: boolean;
  /** Wants this token. */
  readonly token?: string;
}

/** A running server. */
export interface HubServer {
  readonly url: string;
  /** Requests so far: method, path, range, and `auth` where a token came along. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** Above this a file counts as LFS: it has a SHA-256, and downloads are redirected. */
const LFS_BYTES = 100_000;

interface ServedFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly oid: string;
  readonly sha256?: string;
}

function readFiles(folder: string): ServedFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
    .map((path) => {
      const bytes = readFileSync(join(folder, path));
      const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
      const large = bytes.length > LFS_BYTES;
      return { path, bytes, oid, ...(large && { sha256: createHash('sha256').update(bytes).digest('hex') }) };
    });
}

const hashCommit = (files: readonly ServedFile[]): string =>
  createHash('sha1')
    .update(files.map(({ path, oid }) => `${path} ${oid}`).join('\n'))
    .digest('hex');

function makeTree(files: readonly ServedFile[]): unknown {
  return files.map(({ path, bytes, oid, sha256 }) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid,
    ...(sha256 && { lfs: { oid: sha256, size: bytes.length, pointerSize: 130 } }),
  }));
}

function makeInfo(id: string, sha: string, files: readonly ServedFile[]): unknown {
  const siblings = files.map(({ path }) => ({ rfilename: path }));
  const counts = { downloads: 0, likes: 0, tags: [], private: false, gated: false };
  return { _id: '1', id, modelId: id, sha, siblings, lastModified: '2026-01-01T00:00:00.000Z', ...counts };
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Serves a folder on a free port of this machine (or on `port`). */
export async function startHubServer(folder: string, faults: Faults = {}, port = 0): Promise<HubServer> {
  const log: string[] = [];
  const left = { status: faults.status?.times ?? 0, cut: faults.cut?.times ?? 0, stall: faults.stall?.times ?? 0 };
  const models = new Map<string, ServedFile[]>();
  const findModel = (id: string): ServedFile[] | undefined => {
    const path = join(folder, id);
    if (!models.has(id) && statSync(path, { throwIfNoEntry: false })?.isDirectory()) models.set(id, readFiles(path));
    return models.get(id);
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('access-control-allow-origin', '*'); // pages may ask it, as they may ask a hub
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    const { range, authorization, host } = request.headers;
    log.push([request.method, pathname, range, authorization && 'auth'].filter(Boolean).join(' '));
    if (left.status > 0 && (faults.status!.path ?? /./).test(pathname)) {
      left.status--;
      response.writeHead(faults.status!.code, { 'retry-after': faults.status!.retryAfter ?? '0.01' }).end();
      return;
    }
    const fromCdn = faults.cdn && host?.startsWith('localhost');
    if (faults.token && !fromCdn && authorization !== `Bearer ${faults.token}`) {
      response.writeHead(401).end();
      return;
    }
    const [, id, action, revision, path] =
      /^\/api\/models\/([^/]+\/[^/]+)(?:\/(revision|tree)\/([^/]+))?$/.exec(pathname) ??
      /^\/([^/]+\/[^/]+)\/(resolve|lfs)\/([^/]+)\/(.+)$/.exec(pathname) ??
      [];
    const files = id === undefined ? undefined : findModel(id);
    const commit = files && hashCommit(files);
    if (!files || !commit || (revision !== undefined && revision !== 'main' && revision !== commit)) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Repository not found"}');
      return;
    }
    if (path === undefined) {
      sendJson(response, action === 'tree' ? makeTree(files) : makeInfo(id!, commit, files));
      return;
    }
    const file = files.find((f) => f.path === decodeURIComponent(path));
    if (!file) response.writeHead(404, { 'x-error-code': 'EntryNotFound', 'x-repo-commit': commit }).end();
    else if (file.sha256 && action === 'resolve')
      response
        .writeHead(302, {
          location: `${faults.cdn ? `http://localhost:${bound}` : ''}/${id}/lfs/${commit}/${file.path}`,
          'x-repo-commit': commit,
          'x-linked-etag': `"${file.sha256}"`,
          'x-linked-size': file.bytes.length,
        })
        .end();
    else sendFile(request, response, commit, file);
  };

  function sendFile(request: IncomingMessage, response: ServerResponse, commit: string, file: ServedFile): void {
    const range = faults.ignoreRange ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const from = Number(range ?? 0);
    const sent = faults.corrupt && file.sha256 ? Buffer.from(file.bytes).fill(7, 10, 20) : file.bytes;
    if (range !== undefined && from >= sent.length) {
      response.writeHead(416, { 'content-range': `bytes */${sent.length}` }).end();
      return;
    }
    const body = sent.subarray(from);
    response.writeHead(range === undefined ? 200 : 206, {
      'content-length': body.length,
      'accept-ranges': 'bytes',
      'x-repo-commit': commit,
      etag: `"${file.sha256 ?? file.oid}"`,
      ...(range !== undefined && { 'content-range': `bytes ${from}-${sent.length - 1}/${sent.length}` }),
    });
    if (request.method === 'HEAD') response.end();
    else if (file.sha256) void sendLarge(response, body);
    else response.end(body);
  }

  async function sendLarge(response: ServerResponse, body: Buffer): Promise<void> {
    if (left.cut > 0 && body.length > faults.cut!.after) {
      left.cut--;
      response.write(body.subarray(0, faults.cut!.after), () => setTimeout(() => response.destroy(), 20));
    } else if (left.stall > 0 && body.length > faults.stall!.after) {
      left.stall--;
      response.write(body.subarray(0, faults.stall!.after));
    } else if (faults.slow !== undefined) {
      for (let at = 0; at < body.length && !response.destroyed; at += 65_536) {
        response.write(body.subarray(at, at + 65_536));
        await wait(faults.slow);
      }
      response.end();
    } else response.end(body);
  }

  const server: Server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

if (import.meta.filename === process.argv[1]) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('usage: node tests/hub-server.ts <folder> [--port n]');
  const at = process.argv.indexOf('--port');
  const { url } = await startHubServer(folder, {}, at > 0 ? Number(process.argv[at + 1]) : 0);
  console.log(url);
}
