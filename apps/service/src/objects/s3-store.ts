// Objects in a bucket of an S3-compatible store. A PUT there is whole or not at all, so nothing half written is ever seen.

import { PhotoGuardError } from 'photoguard/errors';
import { S3mini, S3ServiceError } from 's3mini';
import { Away } from '../away.ts';
import { FOLDERS, INCOMING, type ObjectStore, rowOfKey } from './object-store.ts';

/** A request that takes longer has failed. */
const TIMEOUT_MS = 30_000;
/** Before each further try, since stores ask for slower requests now and then. */
const PAUSES_MS = [200, 1000];
const PAGE = 1000;

/**
 * Opens the bucket of an address.
 * @param url `https://id:secret@host/bucket?region=name`
 * @throws PhotoGuardError `usage` if there is no such bucket, or it keeps what is deleted; Away if the store does not answer
 */
export async function openS3Store(url: string): Promise<ObjectStore> {
  const { username, password, searchParams, origin, pathname } = new URL(url);
  const bucket = new S3mini({
    accessKeyId: decodeURIComponent(username),
    secretAccessKey: decodeURIComponent(password),
    endpoint: origin + pathname,
    region: searchParams.get('region') ?? 'us-east-1',
    requestAbortTimeout: TIMEOUT_MS,
    // What it answers may not send us elsewhere.
    fetch: (input, options) => fetch(input, { ...options, redirect: 'error' }),
  });
  if (!(await trying(() => bucket.bucketExists())))
    throw new PhotoGuardError('usage', `the object store has no bucket ${pathname.slice(1)} that this key may use`, {
      hint: 'make it, and give its key in --objects-url',
    });
  // Not every store tells, and not every key may ask.
  if ((await bucket.getBucketVersioning().catch(() => 'Off')) === 'Enabled')
    throw new PhotoGuardError('usage', `the bucket ${pathname.slice(1)} keeps versions, so nothing could be deleted`, {
      hint: 'give a bucket without versioning',
    });
  return {
    async put(key, bytes) {
      rowOfKey(key);
      await trying(() => bucket.putObject(key, bytes));
    },
    async get(key) {
      rowOfKey(key);
      const bytes = await trying(() => bucket.getObjectArrayBuffer(key));
      return bytes === null ? undefined : new Uint8Array(bytes);
    },
    async delete(keys) {
      for (const key of keys) rowOfKey(key);
      for (let start = 0; start < keys.length; start += PAGE) {
        const some = keys.slice(start, start + PAGE);
        const deleted = await trying(() => bucket.deleteObjects(some));
        if (!deleted.every(Boolean)) throw new Away('the object store', 'it did not delete all');
      }
    },
    async *list() {
      for (const folder of FOLDERS) {
        let token: string | undefined;
        do {
          const page = await trying(() => bucket.listObjectsPaged('/', `${folder}/`, PAGE, token));
          for (const { Key: key, LastModified: stored } of page?.objects ?? []) yield { key, stored };
          token = page?.nextContinuationToken;
        } while (token !== undefined);
      }
    },
    async incoming(key, most) {
      if (!INCOMING.test(key)) throw new Error(`not a key: ${key}`);
      const response = await trying(() => bucket.getObjectResponse(key));
      if (!response) return undefined;
      if (Number(response.headers.get('content-length') ?? 0) <= most) {
        const bytes = await response.arrayBuffer().catch((cause) => {
          throw new Away('the object store', cause);
        });
        if (bytes.byteLength <= most) return new Uint8Array(bytes);
      }
      await response.body?.cancel().catch(() => {});
      return 'too large';
    },
  };
}

/** Tries again what may succeed in a moment. */
async function trying<T>(request: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await request();
    } catch (error) {
      const isRefusal = error instanceof S3ServiceError && error.status < 500 && error.status !== 429;
      if (isRefusal || tries === PAUSES_MS.length) throw new Away('the object store', error);
      await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[tries]));
    }
  }
}
