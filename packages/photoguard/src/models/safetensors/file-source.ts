// A file as a source of bytes, in Node.
import { open, stat } from 'node:fs/promises';
import { PhotoGuardError } from '../../errors.ts';
import type { ByteSource } from './header.ts';

/** Reads parts of a file. @throws PhotoGuardError `checkpoint` where there is none */
export async function fileSource(path: string): Promise<ByteSource> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile()) throw new PhotoGuardError('checkpoint', `${path}: there is no such file`);
  return {
    label: path,
    size: status.size,
    async read(offset, length) {
      const file = await open(path);
      try {
        const buffer = new Uint8Array(Math.min(length, Math.max(0, status.size - offset)));
        let done = 0;
        while (done < buffer.length) {
          const { bytesRead } = await file.read(buffer, done, buffer.length - done, offset + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return buffer.subarray(0, done);
      } finally {
        await file.close();
      }
    },
  };
}
