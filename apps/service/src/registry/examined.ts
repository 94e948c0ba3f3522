// What can be read from a photo to recognise it and to learn what its owner wants: its hash, PhotoGuard's record, the
// data-mining term. Decoding and hashing take a processor for a while, so they happen in a thread (examine-thread.ts).
import { Worker } from 'node:worker_threads';
import { type Credential, openCredentials } from 'photoguard/credential';
import type { ErrorCode } from 'photoguard/errors';
import { PhotoGuardError } from 'photoguard/errors';

/** What a photo says. */
export interface Examined {
  /** PDQ of the photo in its eight turns and mirrorings, the photo itself first. */
  readonly hashes: readonly Uint8Array[];
  readonly quality: number;
  /** Who immunized it, by its record. */
  readonly record?: { readonly tool: string; readonly models: readonly string[] };
  /** PLUS term, such as DMI-PROHIBITED. */
  readonly dataMining?: string;
  /** Its content credential, where it has one. */
  readonly credential?: Credential;
}

/** What the thread answers. */
export type Answer = { readonly id: number } & (
  | { readonly examined: Examined }
  | { readonly code: ErrorCode; readonly message: string }
);

/** Examines photos one after the other, in a thread that starts with the first. */
export interface Examiner {
  /** @throws PhotoGuardError for a photo that cannot be decoded */
  examine(photo: Uint8Array): Promise<Examined>;
  close(): Promise<void>;
}

/** Makes an examiner. @param maxPixels most pixels of a photo @param trust PEM of authorities that vouch for signers */
export function makeExaminer(maxPixels: number, trust?: string): Examiner {
  const credentials = openCredentials();
  let worker: Worker | undefined;
  let count = 0;
  const waiting = new Map<number, PromiseWithResolvers<Examined>>();
  const start = (): Worker => {
    const started = new Worker(new URL('examine-thread.ts', import.meta.url), { workerData: { maxPixels } });
    started.unref();
    started.on('message', (answer: Answer) => {
      const waiter = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('examined' in answer) waiter?.resolve(answer.examined);
      else waiter?.reject(new PhotoGuardError(answer.code, answer.message));
    });
    const lost = (error?: Error): void => {
      worker = undefined;
      for (const { reject } of waiting.values()) reject(error ?? new Error('the thread ended'));
      waiting.clear();
    };
    started.on('error', lost);
    started.on('exit', () => lost());
    return started;
  };
  return {
    async examine(photo) {
      worker ??= start();
      const waiter = Promise.withResolvers<Examined>();
      const id = count++;
      waiting.set(id, waiter);
      worker.postMessage({ id, photo });
      const [examined, credential] = await Promise.all([waiter.promise, credentials.read(photo, trust)]);
      return credential.status === 'none' ? examined : { ...examined, credential };
    },
    close: async () => void (await Promise.all([worker?.terminate(), credentials.close()])),
  };
}
