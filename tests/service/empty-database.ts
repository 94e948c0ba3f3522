// PGlite's files with nothing in them, made once for each version of it and copied: making them takes five seconds, and twenty
// services of tests start with none. A test of a first start goes without.
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/pglite', import.meta.url));

/** Puts an empty database into a data folder that has none. */
export async function putEmptyDatabase(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'database');
  if (existsSync(folder)) return;
  const empty = join(CACHE, pgliteVersion());
  if (!existsSync(empty)) await make(empty);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(empty, folder, { recursive: true });
}

async function make(empty: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const making = mkdtempSync(join(CACHE, 'making-'));
  const pglite = await PGlite.create({ dataDir: making });
  await pglite.close();
  try {
    renameSync(making, empty);
  } catch {
    rmSync(making, { recursive: true }); // another process was faster
  }
}

function pgliteVersion(): string {
  const require = createRequire(import.meta.url);
  const root = dirname(dirname(require.resolve('@electric-sql/pglite')));
  return (require(join(root, 'package.json')) as { version: string }).version;
}
