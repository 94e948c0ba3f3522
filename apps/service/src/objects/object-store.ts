// Where photos and results are kept, by key. A key is made here, of ids, and never of what a request says.

/** A store of objects. */
export interface ObjectStore {
  /** Stores an object; it is there whole or not at all. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Its bytes, or undefined if there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Deletes objects; those that are absent are left out. */
  delete(keys: readonly string[]): Promise<void>;
  /** All objects, with when they were stored. */
  list(): AsyncIterable<{ readonly key: string; readonly stored: Date }>;
  /**
   * Reads an object that a tenant put into the store; absent where tenants cannot.
   * @param key {@link INCOMING}
   * @param most bytes; what is larger is not read
   */
  readonly incoming?: (key: string, most: number) => Promise<Uint8Array | 'too large' | undefined>;
}

/** Keys of photos and results: a folder, the id of a row, the id of an attempt. A file in the making has more after it. */
const KEY = /^(photos|results)\/([0-9a-f-]{36})(?:-[0-9a-f-]{36})?(?:\.[0-9a-f-]{36}\.part)?$/;

/** Folders of keys. */
export const FOLDERS = ['photos', 'results'] as const;

/** Keys of what tenants put into the store: `incoming/<tenant>/<name>`, where the name may have folders. */
export const INCOMING = /^incoming\/([a-z0-9-]{1,64})(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}){1,8}$/;

/** The id of the row that a key belongs to. @throws Error if it is no key of ours */
export function rowOfKey(key: string): string {
  const row = KEY.exec(key)?.[2];
  if (row === undefined) throw new Error(`not a key: ${key}`);
  return row;
}
