// The key of `--trigger`: a file's bytes, as they are.
import { readFile } from 'node:fs/promises';
import { PhotoGuardError } from 'photoguard/errors';

/** Reads a key. @throws PhotoGuardError `input` if there is no such file */
export const readTriggerKey = (file: string): Promise<Uint8Array> =>
  readFile(file).catch((cause: unknown) => {
    throw new PhotoGuardError('input', `--trigger ${file}: the key cannot be read`, {
      got: (cause as NodeJS.ErrnoException).code ?? String(cause),
      hint: 'make one with: openssl rand -hex 32 > key.txt',
      cause,
    });
  });
