// Latents of an unfinished cache: parts of some dozen versions, each a file that is complete or absent. A stopped
// preparation resumes after its last part.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { writeWhole } from 'photoguard/image/node';
import { concat } from '../common/concat.ts';
import type { EncodedExamples } from './latent-encoder.ts';
import { type DataTensor, readTensorFile, tensorFileBytes } from './tensor-file.ts';

/** Versions of a part. */
export const PART_VERSIONS = 64;

/** The folder of parts in a cache's folder. */
export interface LatentParts {
  /** Whether a part exists. */
  has(part: number): boolean;
  write(part: number, encoded: EncodedExamples): Promise<void>;
  /** All parts, in order. @throws PhotoGuardError `checkpoint` for a damaged one */
  readAll(count: number): Promise<EncodedExamples>;
  /** Deletes them. */
  remove(): Promise<void>;
}

/**
 * Opens the parts of a cache. @param settings what the latents depend on; parts with other settings are not used
 * @throws PhotoGuardError `input` if the folder has parts with other settings
 */
export async function openParts(cache: string, settings: Readonly<Record<string, unknown>>): Promise<LatentParts> {
  const folder = join(cache, 'parts');
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'settings.json');
  const text = `${JSON.stringify(settings, undefined, 1)}\n`;
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined && before !== text)
    throw new PhotoGuardError('input', `${folder}: parts of a cache with other photos, autoencoder or seed`, {
      hint: 'resume with those, delete the folder, or name another with --out',
    });
  if (before === undefined) await writeWhole(path, new TextEncoder().encode(text));
  const there = new Set(await readdir(folder));
  const partName = (part: number): string => `${String(part).padStart(4, '0')}.safetensors`;
  return {
    has: (part) => there.has(partName(part)),
    write: async (part, { latent, masked, mask }) => {
      const tensors = {
        latent: { dtype: 'float16', shape: [latent.length], data: latent },
        masked: { dtype: 'float16', shape: [masked.length], data: masked },
        mask: { dtype: 'uint8', shape: [mask.length], data: mask },
      } as const;
      await writeWhole(join(folder, partName(part)), tensorFileBytes(tensors));
      there.add(partName(part));
    },
    readAll: async (count) => {
      const parts: Record<string, DataTensor>[] = [];
      for (let part = 0; part < count; part++) parts.push(await readTensorFile(join(folder, partName(part))));
      const all = (name: string) => parts.map((tensors) => tensors[name]!.data as Uint8Array | Uint16Array);
      return {
        latent: concat(Uint16Array, all('latent')),
        masked: concat(Uint16Array, all('masked')),
        mask: concat(Uint8Array, all('mask')),
      };
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
