// Weights of models as files of the page: fetched from the page's own server once, checked by their hashes, and kept in the
// browser's cache, from which they are read and checked again.
import { PhotoGuardError } from 'photoguard/errors';
import type { Step } from './messages.ts';

const CACHE = 'photoguard-models';

/** Told of what is fetched: a share from 0 to 1, and bytes in all. */
export type OnShare = (share: number, bytes: number) => void;

/** Says it as a step of a photo. */
export const loading =
  (tell: (step: Step) => void): OnShare =>
  (share, bytes) =>
    tell({ phase: 'loading', share, bytes });

/** @param onBytes how many have come @throws PhotoGuardError `network` or `integrity` where it cannot be had */
export async function pageFile(
  { url, sha256 }: Pick<WeightsOfPage, 'url' | 'sha256'>,
  onBytes: (bytes: number) => void,
): Promise<Blob> {
  const cache = await openCache();
  const kept = await cache?.match(url).catch(() => undefined);
  if (kept) {
    const blob = await kept.blob();
    if ((await hashOf(blob)) === sha256) return blob;
    await cache!.delete(url);
  }
  const blob = await download(url, onBytes);
  if ((await hashOf(blob)) !== sha256)
    throw new PhotoGuardError('integrity', 'a network was damaged on its way', { hint: 'try again' });
  // Without storage (private windows, a full disk) it is fetched again next time.
  await cache?.put(url, new Response(blob)).catch(() => undefined);
  return blob;
}

// A browser that keeps nothing may throw as soon as the storage is named.
async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(CACHE);
  } catch {
    return undefined;
  }
}

async function download(url: string, onBytes: (bytes: number) => void): Promise<Blob> {
  try {
    const response = await fetch(url, { cache: 'no-cache' });
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let received = 0;
    for await (const part of response.body as ReadableStream<Uint8Array<ArrayBuffer>>) {
      parts.push(part);
      onBytes((received += part.length));
    }
    return new Blob(parts);
  } catch (cause) {
    throw new PhotoGuardError('network', 'a network could not be fetched from the page’s server', {
      got: cause instanceof Error ? cause.message : String(cause),
      hint: 'check the connection and try again',
      cause,
    });
  }
}

async function hashOf(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
