// Turns errors of the file system into messages that people understand.
import { PhotoGuardError } from '../../../errors.ts';

/** An error of a file operation on the cache. `what` is the file or folder, for messages. */
export function diskError(cause: unknown, what: string): PhotoGuardError {
  if (cause instanceof PhotoGuardError) return cause;
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PhotoGuardError('no-space', `${what}: the disk is full`, {
      cause,
      hint: 'free some space, or set HF_HOME to a folder on another disk',
    });
  return new PhotoGuardError('unwritable', `${what}: cannot be written to the cache`, {
    got: String(code ?? message),
    cause,
    hint: 'check the permissions of the folder, or set HF_HOME to another one',
  });
}
