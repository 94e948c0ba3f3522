// The record that `photoguard immunize` writes into a photo.
import { createHash } from 'node:crypto';
import { ATTACKS } from 'photoguard/attacks';
import { type Photo, readPhotoFile, type Size } from 'photoguard/image/node';
import { identifyModel } from 'photoguard/models/node';
import { type ImmunizationRecord, type RecordedModel, sha256OfPixels } from 'photoguard/record';
import { ATTACK_OPTIONS } from './attack-options.ts';
import { maskFile } from './given-mask.ts';
import { FACES } from './given-preference.ts';
import type { Method } from './method.ts';
import type { ImmunizeOptions } from './settings.ts';
import { targetFile } from './targets.ts';
import { VERSION } from './version.ts';

/** A method's models as records describe them. */
export async function recordedModels({ name, models }: Method, signal: AbortSignal): Promise<RecordedModel[]> {
  const wanted = ATTACKS[name]!.needs === 'editor' ? 'pipeline' : 'autoencoder';
  const known: RecordedModel[] = [];
  for (const ref of models) known.push(await identifyModel(ref, { wanted, signal }));
  return known;
}

/** The record of one immunization. */
export async function makeRecord(
  { pixels }: Photo,
  { name, recipe, constraint, visibility, target }: Method,
  options: ImmunizeOptions,
  modelSizes: readonly Size[],
  models: readonly RecordedModel[],
  trigger?: string,
): Promise<ImmunizationRecord> {
  const first = modelSizes[0]!;
  return {
    tool: `photoguard ${VERSION}`,
    attack: name,
    recipe: recipe.name,
    norm: constraint.norm,
    eps255: Number((constraint.eps * 255).toFixed(3)),
    visibility,
    seed: options.seed,
    target,
    size: [first.width, first.height],
    masked: options.mask !== undefined,
    models: models.map((model, k) => {
      const { width, height } = modelSizes[k]!;
      const isFirst = width === first.width && height === first.height;
      return isFirst ? model : { ...model, size: [width, height] };
    }),
    ...(trigger !== undefined && { trigger }),
    original: await sha256OfPixels(pixels),
    settings: await hashOfSettings(options),
  };
}

// Everything else that changes the result. Masks and targets count by content: a changed mask is another mask.
async function hashOfSettings(options: ImmunizeOptions): Promise<string> {
  const { norm: _, eps: __, ...rest } = ATTACK_OPTIONS; // they are in the record itself
  const values = Object.keys(rest).map((name) => [name, options[name as keyof ImmunizeOptions]] as const);
  const hash = createHash('sha256');
  hash.update(JSON.stringify(Object.fromEntries(values)));
  for (const file of [maskFile(options.mask), targetFile(options.target)])
    hash.update(file === undefined ? '-' : await digestOf(file));
  const { spare, favour } = options;
  if (spare !== undefined) hash.update(await partOf(spare));
  if (favour !== undefined) hash.update('favour').update(await partOf(favour));
  return hash.digest('hex');
}

const digestOf = async (file: string): Promise<Buffer> =>
  createHash('sha256')
    .update(await readPhotoFile(file))
    .digest();

const partOf = async (what: string): Promise<Buffer | string> => (what === FACES ? what : digestOf(what));
