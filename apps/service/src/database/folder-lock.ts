// Keeps a second service off a data folder. The lock is the system's, by way of SQLite, which takes it on a file: it ends with
// the process that has it, however that ends, so a killed service leaves none behind.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PhotoGuardError } from 'photoguard/errors';

const BUSY = 5;

/** Locks a folder, which must be there. @returns what releases it. @throws PhotoGuardError `input` if another service has it */
export function lockFolder(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== BUSY) throw error;
    throw new PhotoGuardError('input', `another service is at work in ${folder}`, {
      hint: 'stop it, give another folder with --data-dir, or let them share PostgreSQL with --database-url',
      cause: error,
    });
  }
  return () => lock.close();
}
