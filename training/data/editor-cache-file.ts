// The editor's training set in a folder: latents that were computed once, so that training runs no encoder.
//
//   editor-cache.json         version, what it was made with, prompts, photos
//   editor-cache.safetensors  N versions of photos (a crop, perhaps mirrored, with a mask of its own), s = latent side:
//     latent [N, 4, s, s] f16   masked [N, 4, s, s] f16: of the photo with grey where the mask is
//     mask [N, s, s] u8         hidden [4, s, s] f16: of a photo that is grey all over
//     photo [N] i32             weight [N] f32: how often training takes a version; 0 for validation
//     captions [photos, 4] i32: prompts: plain, short, with a colour, short with a colour; -1 where there is none
//     ids [prompts (1 + junk), tokens] i32: prompts, then `junk` variants of each with unknown words after it
//     validation.noise [2, V, 4, s, s] f32, validation.timestep [2, V] i32: fixed, of the V versions of weight 0 in
//       order; first for masks, then for whole pictures
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { writeWhole } from 'photoguard/image/node';
import { anyObject, list, object, validateJson, whole } from 'photoguard/validate';
import * as z from 'zod/mini';
import { type DataTensor, readTensorFile, tensorFileBytes } from './tensor-file.ts';

/** Version of the layout that this program writes and reads. */
export const CACHE_VERSION = 1;
/** Captions of a photo. */
export const CAPTIONS = 4;

const INDEX = 'editor-cache.json';
const TENSORS = 'editor-cache.safetensors';
const HINT = 'make the cache again with training/prepare.ts';

/** editor-cache.json. */
export interface CacheIndex {
  readonly version: number;
  /** How it was made, for people. */
  readonly madeBy: Readonly<Record<string, unknown>>;
  readonly latentSide: number;
  readonly tokens: number;
  /** Variants of each prompt with unknown words. */
  readonly junk: number;
  /** The first one is empty. */
  readonly prompts: readonly string[];
  /** Files of the photos, in the folder of photos. */
  readonly photos: readonly string[];
}

const texts = (least: number) => list(z.string('a text'), least, 2 ** 24, least ? 'a list with a text' : 'a list');
const CACHE_INDEX: z.ZodMiniType<CacheIndex> = object({
  version: whole(CACHE_VERSION, CACHE_VERSION),
  madeBy: anyObject(),
  latentSide: whole(1, 4096),
  tokens: whole(1, 65_536),
  junk: whole(0, 65_536),
  prompts: texts(1),
  photos: texts(0),
});

/** The elements of editor-cache.safetensors. */
export interface CacheTensors {
  readonly latent: Uint16Array;
  readonly masked: Uint16Array;
  readonly mask: Uint8Array;
  readonly hidden: Uint16Array;
  readonly photo: Int32Array;
  readonly weight: Float32Array;
  readonly captions: Int32Array;
  readonly ids: Int32Array;
  readonly validationNoise: Float32Array;
  readonly validationTimestep: Int32Array;
}

/** A cache's index and elements. */
export interface CacheContent {
  readonly index: CacheIndex;
  readonly tensors: CacheTensors;
}

/** Reads a cache. @throws PhotoGuardError `input` or `checkpoint` if it is missing, damaged or of another version */
export async function readCache(folder: string): Promise<CacheContent> {
  const index = await readIndex(join(folder, INDEX));
  const path = join(folder, TENSORS);
  const found = await readTensorFile(path);
  const versions = found.photo?.shape[0] ?? 0;
  const weight = found.weight?.data ?? [];
  const tensors: Record<string, DataTensor['data']> = {};
  for (const [name, [dtype, shape]] of Object.entries(layout(index, versions, weight.filter((w) => w === 0).length))) {
    const tensor = found[name];
    if (tensor?.dtype !== dtype || String(tensor.shape) !== String(shape))
      throw new PhotoGuardError('checkpoint', `${path}: ${name} should be ${dtype} of shape [${shape}]`, {
        got: tensor ? `${tensor.dtype} of [${tensor.shape}]` : 'none',
        hint: HINT,
      });
    tensors[name] = tensor.data;
  }
  const { 'validation.noise': validationNoise, 'validation.timestep': validationTimestep, ...rest } = tensors;
  const content = { index, tensors: { ...rest, validationNoise, validationTimestep } as unknown as CacheTensors };
  checkNumbers(content, path);
  return content;
}

/** Writes a cache to an existing folder. The index is written last: without it there is no cache. */
export async function writeCache(folder: string, { index, tensors }: CacheContent): Promise<void> {
  const { validationNoise, validationTimestep, ...rest } = tensors;
  const data = { ...rest, 'validation.noise': validationNoise, 'validation.timestep': validationTimestep };
  const shapes = layout(index, tensors.photo.length, tensors.weight.filter((w) => w === 0).length);
  const named = Object.entries(shapes).map(([name, [dtype, shape]]): [string, DataTensor] => [
    name,
    { dtype, shape, data: data[name as keyof typeof data] },
  ]);
  await writeWhole(join(folder, TENSORS), tensorFileBytes(Object.fromEntries(named)));
  await writeWhole(join(folder, INDEX), new TextEncoder().encode(`${JSON.stringify(index, undefined, 1)}\n`));
}

type Layout = Readonly<Record<string, readonly [DataTensor['dtype'], readonly number[]]>>;

function layout({ latentSide: s, tokens, junk, prompts, photos }: CacheIndex, n: number, validation: number): Layout {
  return {
    latent: ['float16', [n, 4, s, s]],
    masked: ['float16', [n, 4, s, s]],
    mask: ['uint8', [n, s, s]],
    hidden: ['float16', [4, s, s]],
    photo: ['int32', [n]],
    weight: ['float32', [n]],
    captions: ['int32', [photos.length, CAPTIONS]],
    ids: ['int32', [prompts.length * (1 + junk), tokens]],
    'validation.noise': ['float32', [2, validation, 4, s, s]],
    'validation.timestep': ['int32', [2, validation]],
  };
}

async function readIndex(path: string): Promise<CacheIndex> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PhotoGuardError('input', `${path}: there is no cache here`, { hint: HINT, cause });
  });
  return validateJson(CACHE_INDEX, text, { label: path, code: 'input', hint: HINT });
}

// An index out of range would otherwise become NaN in a batch, long after.
function checkNumbers({ index, tensors }: CacheContent, path: string): void {
  const within = (name: string, values: Int32Array, low: number, high: number): void => {
    const bad = values.findIndex((value) => value < low || value >= high);
    if (bad >= 0)
      throw new PhotoGuardError('checkpoint', `${path}: element ${bad} of ${name} is out of range`, {
        got: String(values[bad]),
        hint: HINT,
      });
  };
  within('photo', tensors.photo, 0, index.photos.length);
  within('captions', tensors.captions, -1, index.prompts.length);
  within('validation.timestep', tensors.validationTimestep, 0, 1000);
}
