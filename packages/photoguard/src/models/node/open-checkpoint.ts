// Checkpoints on disk: one .safetensors file, or the shards that a *.safetensors.index.json names.
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { PhotoGuardError } from '../../errors.ts';
import { matching, object, quoted, validateJson } from '../../validate/index.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import { readCheckpoint } from '../safetensors/checkpoint.ts';
import { fileSource } from './file-source.ts';
import { readModelFile } from './model-file.ts';

/**
 * Opens a .safetensors file, or the files that a *.safetensors.index.json names. Only headers are read.
 * @throws PhotoGuardError `checkpoint` for damaged, missing or inconsistent files
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  if (!path.endsWith('.json')) return readCheckpoint(path, [await fileSource(resolve(path))]);
  const map = await readWeightMap(path);
  const sources = await Promise.all(listShards(map).map((name) => fileSource(resolve(dirname(path), name))));
  const checkpoint = await readCheckpoint(path, sources);
  for (const [name, shard] of map)
    if (checkpoint.get(name)?.file !== resolve(dirname(path), shard))
      throw new PhotoGuardError('checkpoint', `${path}: the tensor ${quoted(name)} is not where the index says`, {
        got: `not in ${shard}`,
        hint: 'the shards do not belong together, or one is from an older version: fetch them again',
      });
  return checkpoint;
}

/** Paths of the files that an index names. @throws PhotoGuardError `checkpoint` for an invalid index */
export const shardPaths = async (index: string): Promise<string[]> =>
  listShards(await readWeightMap(index)).map((name) => join(dirname(index), name));

const FILES = 'files of weights by the names of tensors';
const SHARD = matching(/^[\w.-]+\.safetensors$/, 'a .safetensors file in the same folder');
const INDEX = object({
  weight_map: z.record(z.string(), SHARD, FILES).check(z.refine((map) => Object.keys(map).length > 0, FILES)),
});

const listShards = (map: ReadonlyMap<string, string>): string[] => [...new Set(map.values())];

async function readWeightMap(path: string): Promise<Map<string, string>> {
  const text = (await readModelFile(path, 'checkpoint')).toString('utf8');
  const { weight_map } = validateJson(INDEX, text, {
    ...{ label: path, code: 'checkpoint' },
    hint: 'the index is damaged: fetch it again',
  });
  return new Map(Object.entries(weight_map));
}
