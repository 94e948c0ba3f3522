// The one worker that may ask the hub (build/hub.ts): it fetches the weights of one model into the page's private file system, goes
// on where an earlier try stopped, and checks their hash. It is started by a click, and ended when it is done.
import { type Movable, openFolder, type SyncAccess } from './hub-files.ts';

/** What it is asked to fetch. */
export interface HubAsk {
  readonly url: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** What it says: bytes so far, and in the end whether it worked. */
export type HubSays = { readonly received: number } | { readonly done: true } | { readonly error: string };

/** Longest silence of a hub, in milliseconds. */
const SILENCE_MS = 30_000;

const say = (message: HubSays): void => postMessage(message);

async function fetchWeights({ url, bytes, sha256 }: HubAsk): Promise<void> {
  const folder = await openFolder();
  const part = (await folder.getFileHandle(`${sha256}.part`, { create: true })) as Movable;
  const file = await part.createSyncAccessHandle(); // no other tab can have it now
  try {
    if (file.getSize() > bytes) file.truncate(0);
    if (file.getSize() < bytes) await append(file, url);
    if (file.getSize() !== bytes) throw new Error(`it has ${file.getSize()} bytes instead of ${bytes}`);
    const content = new Uint8Array(bytes);
    file.read(content, { at: 0 });
    if ((await hashOf(content)) !== sha256) {
      file.truncate(0);
      throw new Error('what came is not the model: its hash is another one');
    }
  } finally {
    file.close();
  }
  await part.move(sha256);
}

async function append(file: SyncAccess, url: string): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const from = file.getSize();
    const response = await fetch(url, {
      signal: silence.signal,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      ...(from > 0 && { headers: { Range: `bytes=${from}-` } }),
    });
    if (!response.ok || !response.body) throw new Error(`the hub answers with status ${response.status}`);
    if (from > 0 && response.status !== 206) file.truncate(0); // it sends all of it
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      file.write(chunk, { at: file.getSize() });
      file.flush();
      say({ received: file.getSize() });
    }
  } catch (error) {
    if (silence.signal.aborted) throw new Error('the hub fell silent');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function hashOf(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', content);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

addEventListener('message', ({ data }: MessageEvent<HubAsk>) => {
  fetchWeights(data).then(
    () => say({ done: true }),
    (error: unknown) => say({ error: error instanceof Error ? error.message : String(error) }),
  );
});
