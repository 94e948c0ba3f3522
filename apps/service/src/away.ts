// A part that the service depends on does not answer: the database, the object store. Nobody did anything wrong, and the same
// request or job may succeed in a moment: requests get 503, jobs are handed out again.

/** A part is away. */
export class Away extends Error {
  override readonly name = 'Away';

  /** @param part what it is, as a sentence begins: `the database`. @param what what is wrong with it */
  constructor(part: string, cause: unknown, what = 'does not answer') {
    super(`${part} ${what}`, { cause });
  }
}
