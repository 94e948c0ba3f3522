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
}
