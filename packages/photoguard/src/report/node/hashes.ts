// Hashes that identify the files that a result was made from.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** SHA-256 of a file's bytes, hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** SHA-256 of bytes or text, hex. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * SHA-256 of a folder: of the lines `<hash of the file> <path in the folder>`, sorted by path. This is the output of
 * `sha256sum` for the same files, hashed again. `counts`: which paths are included; default: all.
 */
export async function sha256OfFolder(folder: string, counts: (path: string) => boolean = () => true): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const named = files
    .map((file) => [relative(folder, file).split(sep).join('/'), file] as const)
    .filter(([path]) => counts(path));
  named.sort(([a], [b]) => (a < b ? -1 : 1));
  const lines: string[] = [];
  for (const [name, file] of named) lines.push(`${await sha256OfFile(file)}  ${name}\n`);
  return sha256(lines.join(''));
}
