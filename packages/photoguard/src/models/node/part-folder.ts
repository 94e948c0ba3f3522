// Where a part of a model is: in its own folder, or at the root of a repository that has nothing else.
import { join } from 'node:path';
import type { Part } from '../pipeline/parts.ts';
import { exists } from './json-file.ts';

/** The folder of a part: `path/part` if that has a configuration, else `path` itself. */
export async function partFolder(path: string, part: Part['folder']): Promise<string> {
  const nested = join(path, part);
  return (await exists(join(nested, 'config.json'))) ? nested : path;
}
