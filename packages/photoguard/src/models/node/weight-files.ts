// Which file of a folder holds the weights. Pickled checkpoints run code when they are loaded, and are refused.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';

/** Names of diffusers' models and of transformers' ones. */
const NAMES = ['diffusion_pytorch_model', 'model'];

/** Files to look for; the first that exists is used. Variants have the same weights in another precision. */
const CANDIDATES = NAMES.flatMap((name) => [
  `${name}.safetensors`,
  `${name}.safetensors.index.json`,
  `${name}.fp16.safetensors`,
  `${name}.safetensors.index.fp16.json`,
  `${name}.fp16.safetensors.index.json`,
  `${name}.bf16.safetensors`,
]);

/** The weight file among some names; undefined if there is none. */
export const chooseWeights = (names: readonly string[]): string | undefined => {
  const known = CANDIDATES.find((name) => names.includes(name));
  const others = names.filter((name) => name.endsWith('.safetensors'));
  return known ?? (others.length === 1 ? others[0] : undefined);
};

/** Whether a name is that of a pickled checkpoint. */
export const isPickled = (name: string): boolean => /\.(bin|ckpt|pt|pth)$/.test(name);

/** What to do about a pickled checkpoint. */
export const PICKLED_HINT =
  'pickled weights run code when they are loaded, and are refused: convert them to .safetensors';

/** The path of a folder's weights. @throws PhotoGuardError `checkpoint` if there are none that can be read */
export async function findWeightFile(folder: string): Promise<string> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (!isPickled(folder))
      throw new PhotoGuardError('checkpoint', `${folder}: neither a folder nor a .safetensors file`, { cause });
    throw new PhotoGuardError('checkpoint', `${folder}: a pickled checkpoint`, { hint: PICKLED_HINT });
  });
  const chosen = chooseWeights(names);
  if (chosen) return join(folder, chosen);
  const pickled = names.find(isPickled);
  const several = names.filter((name) => name.endsWith('.safetensors')).length > 1;
  throw new PhotoGuardError('checkpoint', `${folder}: no .safetensors weights`, {
    got: pickled ?? (several ? 'several .safetensors files' : 'none'),
    hint: pickled ? PICKLED_HINT : several ? 'name one of the files' : 'name a folder that holds a model',
  });
}
