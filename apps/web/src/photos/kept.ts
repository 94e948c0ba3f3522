// Results outlive a reload of the page: each is kept in the browser's cache under its tab, with the photo that it was made of,
// until it is removed or the tab is closed. A tab holds a lock of the same name while it is open, so that the service worker can
// delete what closed tabs have left, and a tab that somebody duplicates does not take the results of the other.
import type { Protected } from '../protecting/messages.ts';

/** What names of caches and locks begin with: the service worker has it too. */
const PREFIX = 'photoguard-results-';
const TAB = 'photoguard-tab';
/** How long a page that is loaded again waits for the lock that it held before, in milliseconds. */
const LOCK_MS = 2000;

/** A photo with its result. */
export interface KeptPhoto {
  readonly id: number;
  readonly file: File;
  readonly result: Protected;
}

/** See the head of this file. */
export class KeptResults {
  #opened: Promise<Cache | undefined> | undefined;

  /** Keeps one. Resolves to false where the browser has no storage for it. */
  async keep({ id, file, result }: KeptPhoto): Promise<boolean> {
    const cache = await this.#open();
    if (!cache) return false;
    const { file: made, ...rest } = result;
    const about = JSON.stringify({ name: file.name, rest });
    try {
      // What is written last makes it complete.
      for (const [part, body] of Object.entries({ original: file, result: made, about }))
        await cache.put(addressOf(id, part), new Response(body));
      return true;
    } catch {
      await this.remove(id);
      return false;
    }
  }

  /** All that this tab has kept, in the order of their numbers. */
  async all(): Promise<KeptPhoto[]> {
    const cache = await this.#open();
    if (!cache) return [];
    const ids = (await cache.keys()).flatMap(({ url }) => /kept\/(\d+)\/about$/.exec(url)?.[1] ?? []).map(Number);
    return Promise.all(ids.sort((a, b) => a - b).map((id) => read(cache, id)));
  }

  /** Forgets one. */
  async remove(id: number): Promise<void> {
    const cache = await this.#open();
    for (const part of ['about', 'original', 'result']) await cache?.delete(addressOf(id, part)).catch(() => false);
  }

  #open(): Promise<Cache | undefined> {
    this.#opened ??= openOfTab().catch(() => undefined); // a private window, or no https
    return this.#opened;
  }
}

const addressOf = (id: number, part: string): string => new URL(`kept/${id}/${part}`, document.baseURI).href;

async function read(cache: Cache, id: number): Promise<KeptPhoto> {
  const part = async (name: string): Promise<Response> => (await cache.match(addressOf(id, name)))!;
  const { name, rest } = (await (await part('about')).json()) as { name: string; rest: Omit<Protected, 'file'> };
  const [original, made] = [await (await part('original')).blob(), await (await part('result')).blob()];
  return { id, file: new File([original], name, { type: original.type }), result: { ...rest, file: made } };
}

async function openOfTab(): Promise<Cache> {
  const known = sessionStorage.getItem(TAB);
  if (known !== null && (await hold(known))) return caches.open(known);
  const name = PREFIX + crypto.randomUUID();
  await hold(name);
  sessionStorage.setItem(TAB, name);
  return caches.open(name);
}

// Takes a lock until the tab is closed, or loaded again; false where another tab has it.
const hold = (name: string): Promise<boolean> =>
  new Promise((resolve) => {
    const untilClosed = () => {
      resolve(true);
      return new Promise(() => undefined);
    };
    navigator.locks.request(name, { signal: AbortSignal.timeout(LOCK_MS) }, untilClosed).catch(() => resolve(false));
  });
