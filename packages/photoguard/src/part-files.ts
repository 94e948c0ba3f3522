/*
 * Files that are not whole yet. Each is named after the process that writes it, so that files left by a killed process
 * can be told from those still being written, and the next process can clean them up. A name ends in
 *   <machine>.<process>.<random>.part
 * where the machine is its host name and, on Linux, the process namespace: two containers may share a host name and a
 * folder, and neither can see the other's processes.
 */
import { randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * How long files from another machine, or of a process that seems to be running, are left alone after the last write.
 */
const FOREIGN_MS = 3_600_000;
const OWN_MS = 24 * FOREIGN_MS;
const MACHINE = hostname().replace(/[^\w-]/g, '_') + namespace();
const OWNER = /^(?:(.*)\.)?([\w-]+)\.(\d+)\.[\da-f]+\.part$/;

/** A path that only this process writes to: the prefix, and the writer. */
export const partPath = (prefix: string): string =>
  `${prefix}${MACHINE}.${process.pid}.${randomBytes(6).toString('hex')}.part`;

/** Part files whose path begins with a prefix and whose process is gone. */
export async function abandonedParts(prefix: string): Promise<string[]> {
  const folder = dirname(`${prefix}x`);
  const start = basename(`${prefix}x`).slice(0, -1);
  const found: string[] = [];
  for (const entry of await readdir(folder).catch(() => []))
    if (entry.startsWith(start) && entry.endsWith('.part') && (await isAbandoned(join(folder, entry), start.length)))
      found.push(join(folder, entry));
  return found;
}

/** The file that a part file belongs to: its path without the writer. */
export function findWhole(part: string): string {
  const [, whole] = OWNER.exec(basename(part)) ?? [];
  return whole === undefined ? part : join(dirname(part), whole);
}

async function isAbandoned(path: string, prefixLength: number): Promise<boolean> {
  const [, , machine, process] = OWNER.exec(basename(path).slice(prefixLength)) ?? [];
  if (machine === MACHINE && !isAlive(Number(process))) return true;
  const status = await stat(path).catch(() => undefined);
  // The process number may have been reused.
  return status !== undefined && Date.now() - status.mtimeMs > (machine === MACHINE ? OWN_MS : FOREIGN_MS);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}

function namespace(): string {
  try {
    return `-${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''}`;
  } catch {
    return ''; // not Linux
  }
}
