// The thread of examined.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { PhotoGuardError } from 'photoguard/errors';
import { decodePhoto } from 'photoguard/image/node';
import { readDataMining, readRecord } from 'photoguard/record';
import type { Answer, Examined } from './examined.ts';
import { turnedHashes } from './turned-hashes.ts';

const { maxPixels } = workerData as { readonly maxPixels: number };

async function examine(bytes: Uint8Array): Promise<Examined> {
  const { pixels, metadata } = await decodePhoto(bytes, { limitPixels: maxPixels });
  const { record } = readRecord(metadata.xmp);
  const dataMining = readDataMining(metadata.xmp);
  return {
    ...turnedHashes(pixels),
    ...(record && { record: { tool: record.tool, models: record.models.map(({ ref }) => ref) } }),
    ...(dataMining !== undefined && { dataMining }),
  };
}

let last: Promise<void> = Promise.resolve(); // one at a time: memory is for one photo

parentPort!.on('message', ({ id, photo }: { readonly id: number; readonly photo: Uint8Array }) => {
  last = last.then(async () => {
    const answer: Answer = await examine(photo).then(
      (examined) => ({ id, examined }),
      (error: unknown) => ({
        ...{ id, code: error instanceof PhotoGuardError ? error.code : 'image' },
        message: error instanceof Error ? error.message : String(error),
      }),
    );
    parentPort!.postMessage(answer);
  });
});
