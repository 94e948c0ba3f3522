// The service worker: keeps the files of the page, so that it works without a network, and adds the headers that give wasm
// its threads where a host sets none. vite.config.ts puts the list of files, with their hashes, into it.
//
// A version of the page is installed whole or not at all: each file is compared with its hash, so a broken download leaves
// the version before in place, and the next visit tries again. Large files are kept when they are first asked for, or when
// the page says that there is time.

interface KeptFile {
  /** From the folder of the page. */
  readonly path: string;
  /** Of its content, hex. */
  readonly sha256: string;
  /** Whether it comes later than the page. */
  readonly large: boolean;
  /** Whether the page works without it: another build of the runtime. */
  readonly optional: boolean;
  /** Its Content-Security-Policy. */
  readonly policy: string;
}

declare const __FILES__: readonly KeptFile[];
declare const __HEADERS__: Readonly<Record<string, string>>;
declare const __BUILD__: string;

interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: string, listener: (event: ExtendableEvent & FetchEvent & MessageEvent) => void): void;
}
interface ExtendableEvent {
  waitUntil(promise: Promise<unknown>): void;
}
interface FetchEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as Scope;
const PREFIX = 'photoguard-page-';
const PAGE = PREFIX + __BUILD__;
/** Outlives versions: its files are the same in the next one. */
const LARGE = 'photoguard-models';
/** Begins names of caches with results: one for each tab, which holds a lock of that name (photos/kept.ts). */
const RESULTS = 'photoguard-results-';
/** Longest time between two loads of a tab, in milliseconds. */
const RELOAD_MS = 5000;
/** Holds one entry while the page is to ask nobody. */
const OFFLINE = 'photoguard-offline';

const files = new Map(__FILES__.map((file) => [new URL(file.path, scope.registration.scope).href, file]));
const cacheOf = ({ large }: KeptFile): Promise<Cache> => caches.open(large ? LARGE : PAGE);

async function keep(url: string, file: KeptFile): Promise<Response> {
  const response = await fetch(url, { cache: 'no-cache', credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${file.path}: status ${response.status}`);
  const body = await response.arrayBuffer();
  if ((await hashOf(body)) !== file.sha256) throw new Error(`${file.path} is not the file of this version`);
  const type = response.headers.get('Content-Type') ?? 'application/octet-stream';
  const kept = new Response(body, { headers: { 'Content-Type': type } });
  const cache = await cacheOf(file);
  await cache.put(url, kept.clone()).catch(() => undefined); // a full disk: the file is served all the same
  return kept;
}

const isKept = async (url: string, file: KeptFile): Promise<boolean> =>
  (await (await cacheOf(file)).match(url)) !== undefined;

async function hashOf(body: ArrayBuffer): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', body);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function install(): Promise<void> {
  const wanted = [...files].filter(([, { large }]) => !large);
  await Promise.all(wanted.map(([url, file]) => keep(url, file)));
}

async function tidy(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== PAGE) await caches.delete(name);
  const large = await caches.open(LARGE);
  for (const { url } of await large.keys()) if (!files.has(url)) await large.delete(url);
  await scope.clients.claim();
}

/** All that the page needs, so that it works without a network from now on. */
async function keepAll(): Promise<boolean> {
  for (const [url, file] of files) {
    if (file.optional || (await isKept(url, file))) continue;
    await keep(url, file);
    if (!(await isKept(url, file))) return false; // a full disk
  }
  return true;
}

/** Deletes results of tabs that are closed. A tab that is loaded again comes back for its own within a while. */
async function tidyResults(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, RELOAD_MS));
  for (const name of await caches.keys())
    if (name.startsWith(RESULTS))
      await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock) await caches.delete(name);
      });
}

const isOffline = async (): Promise<boolean> => caches.has(OFFLINE);

/** What `isOffline` said last: requests to the hub are let through or refused at once, since the policy here does not allow them. */
let refusesAll = false;
const noteOffline = async (): Promise<void> => {
  refusesAll = await isOffline();
};
noteOffline();

async function answer(request: Request): Promise<Response> {
  const address = new URL(request.url);
  address.search = '';
  if (address.href === scope.registration.scope) address.pathname += 'index.html';
  const file = files.get(address.href);
  const kept = file && (await (await cacheOf(file)).match(address.href));
  if (kept) return withHeaders(kept, file);
  if (await isOffline()) return Response.error();
  if (file) return withHeaders(await keep(address.href, file).catch(() => fetch(request)), file);
  return fetch(request);
}

function withHeaders(response: Response, { policy }: KeptFile): Response {
  const headers = new Headers(response.headers);
  headers.set('Content-Security-Policy', policy);
  for (const [name, value] of Object.entries(__HEADERS__)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function told(message: unknown, port: MessagePort | undefined): Promise<void> {
  let result: unknown = false;
  try {
    if (message === 'keep') result = await keepAll();
    if (message === 'offline') result = (await caches.open(OFFLINE)) !== undefined;
    if (message === 'online') result = await caches.delete(OFFLINE);
    if (message === 'state') result = await isOffline();
    await noteOffline();
    if (message === 'tidy') await tidyResults();
  } finally {
    port?.postMessage(result);
  }
}

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(tidy()));
scope.addEventListener('message', (event) => event.waitUntil(told(event.data, event.ports[0])));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const isOwn = request.method === 'GET' && request.url.startsWith(scope.registration.scope);
  if (isOwn) event.respondWith(answer(request));
  else if (refusesAll) event.respondWith(Promise.resolve(Response.error()));
});
