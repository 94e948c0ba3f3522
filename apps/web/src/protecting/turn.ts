// One photo at a time on this device: the page may be open in several tabs, and two photos would share cores and memory.

const LOCK = 'photoguard-photo';

/** Does some work when no other tab has a photo in work. @param onWait called where one has @throws an abort of the signal */
export async function inTurn<T>(work: () => Promise<T>, onWait: () => void, signal: AbortSignal): Promise<T> {
  const end = await takeTurn(onWait, signal);
  try {
    return await work();
  } finally {
    end();
  }
}

// Where locks are denied (private windows of some browsers), nobody waits for anybody.
async function takeTurn(onWait: () => void, signal: AbortSignal): Promise<() => void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const take = (options: LockOptions): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const taken = (lock: Lock | null) => {
        resolve(lock !== null);
        return lock ? ended : undefined;
      };
      navigator.locks.request(LOCK, options, taken).catch(reject);
    });
  try {
    if (!(await take({ ifAvailable: true }))) {
      onWait();
      await take({ signal });
    }
  } catch {
    signal.throwIfAborted();
  }
  return end;
}
