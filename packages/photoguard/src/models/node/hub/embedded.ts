// The embedded model: a small latent diffusion editor that is part of this package (@photoguard/mini, in models/mini),
// so that you can protect a photo and watch an edit fail without any download. It is for trying out and for tests. Its
// measured figures and the hashes of its weights are in its figures.json.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { PhotoGuardError } from '../../../errors.ts';
import { finite, hash, object, validate } from '../../../validate/index.ts';
import { readJson } from '../json-file.ts';
import { fileMatches } from './hash.ts';
import { sizeOf } from './partial.ts';

/** The embedded model, as a reference and for people. */
export const EMBEDDED = Object.freeze({
  ref: 'mini',
  latentSpace: 'SD1',
  about: 'embedded: a small editor for trying out and tests, no download (128x128)',
});

/** The embedded surrogates: small encoders of the latent spaces of real editors (@photoguard/surrogates). */
export const SURROGATES = Object.freeze({
  ref: 'surrogates',
  latentSpace: 'SD1, SDXL, SD3, FLUX.1, FLUX.2',
  about: 'embedded: small encoders that stand in for those of real editors, no download',
});

const TRANSFER = object({
  /** Name of the measured model, for people. */
  teacher: z.string('a text'),
  eps255: finite(),
  photos: finite(),
  size: z.string('a text'),
  /** For photos immunized on the embedded model. */
  madeOnMini: finite(),
  /** For photos immunized on the measured model itself. */
  madeOnTeacher: finite(),
  /** For photos with random noise of the same size. */
  randomNoise: finite(),
});
const FIGURES = object({
  /** SHA-256 of each file of weights, by its path in the model's folder. */
  weights: z.record(z.string(), hash(), 'hashes by file'),
  /** The effect of a change made for the embedded autoencoder on a real one with the same latent space. */
  transfer: TRANSFER,
});

/** The figures of the embedded model: its figures.json, as training/evaluate writes it. */
export type EmbeddedFigures = Readonly<z.output<typeof FIGURES>>;

/** Losses of another model, relative to those of the clean photos; means over photos. */
export type Transfer = Readonly<z.output<typeof TRANSFER>>;

const FACES = 'blazeface.onnx';
const WEIGHTS = ['vae', 'unet'].map((part) => `${part}/diffusion_pytorch_model.safetensors`);

/**
 * The folder of the embedded model.
 * @throws PhotoGuardError `not-found` if it is not installed, with the name of what is missing
 */
export function embeddedFolder(folder = packageFolder()): string {
  const missing = folder === undefined ? '@photoguard/mini' : WEIGHTS.find((path) => !existsSync(join(folder, path)));
  if (folder === undefined || missing !== undefined)
    throw new PhotoGuardError('not-found', `the embedded model ${EMBEDDED.ref} is not in this installation`, {
      got: `no ${missing}`,
      hint: 'install again (npm ci), or name another model, such as -m taesd',
    });
  return folder;
}

/**
 * The folder of the embedded surrogates.
 * @throws PhotoGuardError `not-found` if they are not installed
 */
export function surrogatesFolder(folder = packageFolder('@photoguard/surrogates')): string {
  if (areSurrogatesHere(folder)) return folder!;
  throw new PhotoGuardError('not-found', `the embedded ${SURROGATES.ref} are not in this installation`, {
    got: 'no @photoguard/surrogates',
    hint: 'install again (npm ci), or name other models, such as -m taesd',
  });
}

/** Whether the embedded surrogates are installed with their weights. */
export const areSurrogatesHere = (folder = packageFolder('@photoguard/surrogates')): boolean =>
  folder !== undefined && ['strided', 'pooled'].every((name) => existsSync(join(folder, name, 'config.json')));

/**
 * The folder of the embedded immunizer, a network that protects a photo in one pass (@photoguard/immunizer).
 * @throws PhotoGuardError `not-found` if it is not installed
 */
export function immunizerFolder(folder = packageFolder('@photoguard/immunizer')): string {
  if (folder !== undefined && existsSync(join(folder, 'config.json'))) return folder;
  throw new PhotoGuardError('not-found', 'the embedded immunizer is not in this installation', {
    got: 'no @photoguard/immunizer',
    hint: 'install again (npm ci), or leave --recipe instant out',
  });
}

/**
 * The file of the embedded network that finds faces (@photoguard/faces).
 * @throws PhotoGuardError `not-found` if it is not installed
 */
export function facesFile(folder = packageFolder('@photoguard/faces')): string {
  if (folder !== undefined && existsSync(join(folder, FACES))) return join(folder, FACES);
  throw new PhotoGuardError('not-found', 'the network that finds faces is not in this installation', {
    got: 'no @photoguard/faces',
    hint: 'install again (npm ci), or give --spare a mask',
  });
}

function packageFolder(name = '@photoguard/mini'): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** Whether the embedded model is installed with its weights. */
export function hasEmbedded(folder = packageFolder()): boolean {
  return folder !== undefined && WEIGHTS.every((path) => existsSync(join(folder, path)));
}

/** The figures of the embedded model. @throws PhotoGuardError if it is not installed or its figures are damaged */
export async function embeddedFigures(folder = embeddedFolder()): Promise<EmbeddedFigures> {
  const file = join(folder, 'figures.json');
  return validate(FIGURES, await readJson(file), { label: file, code: 'config', hint: 'install again: npm ci' });
}

/**
 * Checks the embedded weights against the hashes in its figures. @throws PhotoGuardError `integrity` for other content
 */
export async function checkEmbedded(folder = embeddedFolder()): Promise<void> {
  for (const [path, hash] of Object.entries((await embeddedFigures(folder)).weights)) {
    const file = join(folder, path);
    if (!(await fileMatches(file, { size: await sizeOf(file), hash })))
      throw new PhotoGuardError('integrity', `${file}: the content does not have the hash of its card`, {
        hint: 'install again: npm ci',
      });
  }
}
