// Reads and signs credentials, in a thread that starts with the first photo that needs it (c2pa-thread.ts).
import { Worker } from 'node:worker_threads';
import { PhotoGuardError } from '../errors.ts';
import { sniffFormat } from '../image/index.ts';
import type { Answer, Question } from './c2pa-thread.ts';
import type { Credential } from './credential.ts';
import { hasCredential } from './has-credential.ts';
import { readStore } from './read-store.ts';
import type { Signer } from './signer.ts';
import { manifestOf } from './statement.ts';

/** What is signed besides the file itself. */
export interface SignedContent {
  /** PDQ of the photo, 32 bytes. */
  readonly pdq: Uint8Array;
  /** What made it. */
  readonly program: { readonly name: string; readonly version: string };
}

/** Reads and signs credentials, one after the other. */
export interface CredentialReader {
  /**
   * The credential of a file, whatever is wrong with it. Files in formats that have none here have none.
   * @param trust certificates in PEM of those whose word counts
   */
  read(photo: Uint8Array, trust?: string): Promise<Credential>;
  /**
   * The file with a credential; all of its other bytes that are pixels or metadata stay.
   * @throws PhotoGuardError `input` for another format than PNG, JPEG and WebP, or a certificate that C2PA does not accept
   */
  sign(photo: Uint8Array, signer: Signer, content: SignedContent): Promise<Uint8Array>;
  /** Ends the thread. */
  close(): Promise<void>;
}

const TYPES = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  tiff: 'image/tiff',
  gif: 'image/gif',
  avif: 'image/avif',
} as const;
const SIGNED = ['png', 'jpeg', 'webp'];

/** Most seconds that one photo takes; a forged one could take for ever. */
const MOST_SECONDS = 120;

type Ask = Question extends infer One ? (One extends Question ? Omit<One, 'id'> : never) : never;

/** Makes one. Nothing is loaded before the first photo that has a credential, or is to get one. */
export function openCredentials(): CredentialReader {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  const asked = async (question: Ask): Promise<Answer> => {
    worker ??= startThread();
    const id = count++;
    try {
      return await answerOf(worker, { ...question, id } as Question);
    } catch (error) {
      await worker?.terminate();
      worker = undefined; // the next photo gets a new thread
      return { id, error: String(error) };
    }
  };
  const ask = (question: Ask): Promise<Answer> => {
    const answer = last.then(() => asked(question));
    last = answer;
    return answer;
  };
  const read = async (photo: Uint8Array, trust?: string): Promise<Credential> => {
    const format = sniffFormat(photo);
    if (format === undefined || !hasCredential(photo)) return { status: 'none', problems: [] };
    const answer = await ask({ photo, type: TYPES[format], trust });
    if ('store' in answer) return readStore(answer.store, trust !== undefined);
    return { status: 'invalid', problems: ['error' in answer ? answer.error.slice(0, 200) : 'unreadable'] };
  };
  return {
    read,
    async sign(photo, { key, chain, algorithm }, { pdq, program }) {
      const format = sniffFormat(photo);
      if (format === undefined || !SIGNED.includes(format))
        throw new PhotoGuardError('input', 'a credential can be signed into PNG, JPEG and WebP', {
          ...(format !== undefined && { got: format }),
          hint: 'choose one of them with --format',
        });
      const signer = { key, chain, algorithm };
      const answer = await ask({ photo, type: TYPES[format], manifest: manifestOf(pdq, program), signer });
      const failed = (why: string): PhotoGuardError =>
        new PhotoGuardError('input', 'the credential could not be signed', { got: why.slice(0, 200) });
      if (!('signed' in answer)) throw failed('error' in answer ? answer.error : 'no answer');
      const { status, problems } = await read(answer.signed);
      if (status === 'tampered' || status === 'invalid' || status === 'none')
        throw failed(problems.join(', ') || status);
      return answer.signed;
    },
    close: async () => void (await worker?.terminate()),
  };
}

function startThread(): Worker {
  const source = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(source ? './c2pa-thread.ts' : './c2pa-thread.js', import.meta.url), {
    ...(source && { execArgv: ['--conditions=source'] }),
  });
  worker.unref();
  return worker;
}

function answerOf(worker: Worker, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const onMessage = (answer: Answer): void => end(() => resolve(answer));
    const onError = (error: Error): void => end(() => reject(error));
    const onExit = (): void => end(() => reject(new Error('the thread ended')));
    const timer = setTimeout(() => onError(new Error(`it took over ${MOST_SECONDS} s`)), MOST_SECONDS * 1000);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(question);
  });
}
