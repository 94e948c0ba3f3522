// The thread of credentials.ts: c2pa-rs, C2PA's reference implementation, as WebAssembly. It has a thread to itself because
// it computes for long, because it was built for pages and expects a reader of theirs that Node lacks, and because what a
// forged file may break in it ends with the thread. It has no network: a credential that is somewhere else is not fetched.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { envelopeSize, signClaim } from './cose.ts';
import type { Signer } from './signer.ts';

/** What the thread is asked: to read a photo's credential, or to sign one. */
export type Question = { readonly id: number; readonly photo: Uint8Array; readonly type: string } & (
  | { readonly trust: string | undefined }
  | { readonly manifest: string; readonly signer: Omit<Signer, 'name' | 'selfMade'> }
);

/** What it answers: the library's JSON, or null where there is no credential; the signed file; what the library says. */
export type Answer = { readonly id: number } & (
  | { readonly store: string | null }
  | { readonly signed: Uint8Array }
  | { readonly error: string }
);

/** What is used of the library, whose own types are those of pages. */
interface C2pa {
  readonly default: (options: { module_or_path: Uint8Array }) => Promise<unknown>;
  readonly WasmReader: {
    fromBlob(type: string, photo: File, settings: string): Promise<{ json(): string; free(): void }>;
  };
  readonly WasmBuilder: {
    fromJson(manifest: string, settings: string): Builder;
  };
}
interface Builder {
  setIntent(intent: 'edit'): void;
  addAction(action: object): void;
  sign(
    signer: { alg: string; reserveSize: number; sign(claim: Uint8Array): Promise<Uint8Array> },
    type: string,
    photo: File,
  ): Promise<Uint8Array>;
  free(): void;
}

/** Bytes as the library reads them: what it uses of a page's Blob. */
interface File {
  readonly size: number;
  readonly bytes: Uint8Array;
  slice(begin: number, end: number): File;
}
const file = (bytes: Uint8Array): File => ({
  ...{ size: bytes.length, bytes },
  slice: (begin, end) => file(bytes.subarray(begin, end)),
});
class FileReaderSync {
  readAsArrayBuffer({ bytes }: File): ArrayBuffer {
    return new Uint8Array(bytes).buffer;
  }
}
const fetch = (): Promise<never> => Promise.reject(new Error('this thread has no network'));
Object.assign(globalThis, { FileReaderSync, fetch });

const PACKAGE = '@contentauth/c2pa-wasm';
const loading = (async () => {
  const c2pa = (await import(PACKAGE)) as C2pa;
  await c2pa.default({ module_or_path: await readFile(fileURLToPath(import.meta.resolve(`${PACKAGE}/c2pa.wasm`))) });
  return c2pa;
})();

const settings = (trust?: string): string =>
  JSON.stringify({
    verify: { remote_manifest_fetch: false, ocsp_fetch: false, verify_after_sign: false, verify_trust: true },
    ...(trust !== undefined && { trust: { user_anchors: trust } }),
  });

async function answer(question: Question): Promise<Answer> {
  const { WasmBuilder, WasmReader } = await loading;
  const { id, photo, type } = question;
  if (!('signer' in question)) {
    const reader = await WasmReader.fromBlob(type, file(photo), settings(question.trust));
    const store = reader.json();
    reader.free();
    return { id, store };
  }
  const { signer, manifest } = question;
  const builder = WasmBuilder.fromJson(manifest, settings());
  builder.setIntent('edit'); // the photo as it was is named, without a copy of it
  builder.addAction({ action: 'c2pa.edited', description: 'changed slightly, so that models edit it badly' });
  const signed = await builder.sign(
    {
      alg: signer.algorithm,
      reserveSize: envelopeSize(signer),
      sign: async (claim) => signClaim(claim, signer),
    },
    type,
    file(photo),
  );
  builder.free();
  return { id, signed };
}

parentPort!.on('message', (question: Question) => {
  answer(question)
    .catch((error: unknown): Answer => {
      const { id } = question;
      return String(error).includes('JumbfNotFound') ? { id, store: null } : { id, error: String(error) };
    })
    .then((answered) => parentPort!.postMessage(answered));
});
