// A file as a source of bytes, in Node.
import { open } from 'node:fs/promises';
import type { ByteSource } from '../safetensors/byte-source.ts';
import { regularFile, unreadable } from './model-file.ts';

/** Reads parts of a file. @throws PhotoGuardError `checkpoint` if it does not exist or cannot be read */
export async function fileSource(path: string): Promise<ByteSource> {
  const status = await regularFile(path, 'checkpoint');
  return {
    label: path,
    size: status.size,
    read: (offset, length) => readPart(path, offset, Math.min(length, Math.max(0, status.size - offset))),
  };
}

async function readPart(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => unreadable(path, 'checkpoint', cause));
  try {
    const buffer = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(buffer, done, length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  } catch (cause) {
    return unreadable(path, 'checkpoint', cause);
  } finally {
    await file.close();
  }
}
