// The surrogates: fetched from the page's own server once, checked by their hashes, and kept in the browser's cache, from
// which they are read and checked again.

import { SURROGATES } from 'virtual:surrogates';
import type { AttackModel } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import { blobSource, type Encoder, parseSurrogateConfig, readCheckpoint, SurrogateEncoder } from 'photoguard/models';

/** A network that photos are protected against. */
export type Network = Omit<AttackModel<Encoder>, 'size'> & { readonly sha256: string };

/** Networks, and their weights by the name that graphs have for them. */
export interface Networks {
  readonly all: readonly Network[];
  readonly weights: (file: string) => Blob;
}

/** Bytes of all weights. */
export const NETWORK_BYTES = SURROGATES.reduce((sum, { bytes }) => sum + bytes, 0);

const CACHE = 'photoguard-models';

/** @param onShare of the bytes, 0 to 1 @throws PhotoGuardError `network` or `integrity` where they cannot be had */
export async function loadNetworks(onShare: (share: number) => void): Promise<Networks> {
  const files = new Map<string, Blob>();
  const all: Network[] = [];
  let received = 0;
  for (const { name, sha256, config, url, bytes } of SURROGATES) {
    const file = `${name}.safetensors`;
    const blob = await checkedFile(url, sha256, (part) => onShare((received + part) / NETWORK_BYTES));
    received += bytes;
    files.set(file, blob);
    const surrogate = new SurrogateEncoder(
      parseSurrogateConfig(config),
      await readCheckpoint(name, [blobSource(file, blob)]),
    );
    const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
    all.push({ ref: `surrogates/${name}`, autoencoder: spaces[0]!.encoder, spaces, sha256 });
  }
  return { all, weights: (file) => files.get(file)! };
}

async function checkedFile(url: string, sha256: string, onBytes: (bytes: number) => void): Promise<Blob> {
  const cache = await openCache();
  const kept = await cache?.match(url);
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

const openCache = async (): Promise<Cache | undefined> =>
  'caches' in globalThis ? caches.open(CACHE).catch(() => undefined) : undefined;

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
