// A planted model as a folder in the layout of the model that it began as: the weights of its autoencoder are new, all other
// files are copies. Every file appears whole or not at all.
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '../image/node/index.ts';
import { writeSafetensors } from '../models/index.ts';
import { loadAutoencoder } from '../models/node/index.ts';
import { abandonedParts, partPath } from '../part-files.ts';

const WEIGHTS = 'diffusion_pytorch_model.safetensors';

/**
 * Writes the folder. @param weights the new ones by name, float32
 * @throws PhotoGuardError `no-space` or `unwritable`; then the files that were there stay
 */
export async function writePlanted(
  model: string,
  out: string,
  weights: ReadonlyMap<string, Float32Array>,
): Promise<void> {
  const { checkpoint } = await loadAutoencoder(model);
  const halves = checkpoint.names().every((name) => checkpoint.get(name)!.dtype === 'float16');
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const name of checkpoint.names())
    tensors.set(name, {
      shape: checkpoint.get(name)!.shape,
      data: weights.get(name) ?? (await checkpoint.readTensor(name)),
    });
  const files = await listFiles(model);
  const part = files.includes(join('vae', 'config.json')) ? 'vae' : '.';
  const isWeights = (file: string): boolean => dirname(file) === part && /\.(safetensors|json|bin)$/.test(file);
  for (const file of files)
    if (!isWeights(file) || file === join(part, 'config.json') || file === join(part, 'model_index.json'))
      await copyWhole(join(model, file), join(out, file));
  await mkdir(join(out, part), { recursive: true });
  await writeWhole(
    join(out, part, WEIGHTS),
    writeSafetensors(tensors, { dtype: halves ? 'F16' : 'F32', metadata: { format: 'pt' } }),
  );
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  return names.map((name) => name.slice(join(folder, '/').length));
}

// A copy of a file, unless one of its size and time is there already; where the disk can, it takes no space.
async function copyWhole(from: string, to: string): Promise<void> {
  const [wanted, there] = [await stat(from), await stat(to).catch(() => undefined)];
  if (there && there.size === wanted.size && there.mtimeMs >= wanted.mtimeMs) return;
  await mkdir(dirname(to), { recursive: true });
  const prefix = join(dirname(to), '.photoguard-');
  for (const left of await abandonedParts(prefix)) await unlink(left).catch(() => undefined);
  const temporary = partPath(prefix);
  try {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, to);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    throw cause;
  }
}
