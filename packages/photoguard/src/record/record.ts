// What an immunized photo says of itself: which models it was protected against, how, and a hash of the photo before.
// Nothing of the person, the machine or the time is in it: the same inputs give the same bytes, and a folder's path,
// a prompt or a file's name stays where it was. It is a claim, not a proof: anybody can write one.
import { PhotoGuardError } from '../errors.ts';

/** A model, so that it can be known again. */
export interface RecordedModel {
  /** Hub id, `mini`, or of a folder or file on disk the last part of its path. */
  readonly ref: string;
  /** Commit of a model of the hub. */
  readonly revision?: string;
  /** SHA-256 of the autoencoder's weights, for a model of no hub; hex. */
  readonly sha256?: string;
  /** Size at which it saw the photo, where that is not the record's: width, height. */
  readonly size?: readonly [width: number, height: number];
}

/** The record. */
export interface ImmunizationRecord {
  /** `photoguard 0.1.0`. */
  readonly tool: string;
  /** A kind of attack; of a newer version it may be one that this one does not know. */
  readonly attack: string;
  readonly recipe: string;
  readonly norm: 'linf' | 'l2';
  /** Bound of the change in levels of 255 (linf), or 255 times the L2 bound. */
  readonly eps255: number;
  readonly seed: number;
  /** Where the latent or the edit was driven: `grey`, `away` ...; `picture` is one of the user's, `none` of attacks without. */
  readonly target: string;
  /** Size at which the models saw the photo: width, height. */
  readonly size: readonly [width: number, height: number];
  /** Whether a mask kept a part of the photo as it was. */
  readonly masked: boolean;
  readonly models: readonly RecordedModel[];
  /** SHA-256 of the photo's pixels before: what `sha256OfPixels` gives; hex. */
  readonly original: string;
  /**
   * SHA-256 of every other setting, hex: whether two results were made alike can be seen, and no prompt is told. Absent in
   * records of older versions.
   */
  readonly settings?: string;
}

/** Number of this form of the record; a reader refuses a higher one. */
const FORM = 1;
const MAX_MODELS = 64;
const MAX_CHARACTERS = 16_384;

/** The record as text: JSON on one line, keys always in the same order. */
export const recordText = (record: ImmunizationRecord): string =>
  JSON.stringify({
    form: FORM,
    tool: record.tool,
    attack: record.attack,
    recipe: record.recipe,
    norm: record.norm,
    eps255: record.eps255,
    seed: record.seed,
    target: record.target,
    size: record.size,
    masked: record.masked,
    models: record.models.map(({ ref, revision, sha256, size }) => ({ ref, revision, sha256, size })),
    original: record.original,
    settings: record.settings,
  });

/**
 * A record of its text. The text comes from a file that anybody may have written, so everything is checked.
 * @throws PhotoGuardError `input` for what is no record, with the field that is wrong
 */
export function parseRecord(text: string): ImmunizationRecord {
  if (text.length > MAX_CHARACTERS) throw damaged('it is too long', `${text.length} characters`);
  const found = jsonOf(text);
  if (found.form !== FORM)
    throw damaged('it has a form that this version does not know', String(found.form).slice(0, 20));
  const size = sizeOf(found.size);
  const models = listOf(found.models, 'models');
  if (models.length === 0 || models.length > MAX_MODELS)
    throw damaged(`it does not name 1 to ${MAX_MODELS} models`, String(models.length));
  const eps255 = found.eps255;
  if (typeof eps255 !== 'number' || !(eps255 > 0 && Number.isFinite(eps255)))
    throw damaged('eps255 is not a number above 0', String(eps255));
  if (typeof found.masked !== 'boolean') throw damaged('masked is neither true nor false', String(found.masked));
  return {
    tool: word(found.tool, 'tool'),
    attack: slug(found.attack, 'attack'),
    recipe: word(found.recipe, 'recipe'),
    norm: oneOf(found.norm, ['linf', 'l2'], 'norm'),
    eps255,
    seed: whole(found.seed, 'seed', 0),
    target: slug(found.target, 'target'),
    size,
    masked: found.masked,
    models: models.map(modelOf),
    original: hash(found.original, 'original'),
    ...(found.settings !== undefined && { settings: hash(found.settings, 'settings') }),
  };
}

function modelOf(found: unknown): RecordedModel {
  if (typeof found !== 'object' || found === null) throw damaged('a model is not an object', typeof found);
  const { ref, revision, sha256, size } = found as Record<string, unknown>;
  return {
    ref: word(ref, 'ref'),
    ...(revision !== undefined && { revision: word(revision, 'revision') }),
    ...(sha256 !== undefined && { sha256: hash(sha256, 'sha256') }),
    ...(size !== undefined && { size: sizeOf(size) }),
  };
}

function sizeOf(value: unknown): [width: number, height: number] {
  const sides = listOf(value, 'size').map((side) => whole(side, 'size'));
  if (sides.length !== 2) throw damaged('size is not a width and a height', `${sides.length} numbers`);
  return [sides[0]!, sides[1]!];
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const found = JSON.parse(text) as unknown;
    if (typeof found === 'object' && found !== null) return found as Record<string, unknown>;
  } catch {
    // told below
  }
  throw damaged('it is not JSON', text.slice(0, 40));
}

const damaged = (what: string, got: string): PhotoGuardError =>
  new PhotoGuardError('input', `the photo's record cannot be used: ${what}`, { got });

function listOf(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged(`${field} is not a list`, typeof value);
  return value as unknown[];
}

function word(value: unknown, field: string): string {
  if (typeof value !== 'string' || !/^[\x20-\x7e\u00a0-\uffff]{1,200}$/.test(value))
    throw damaged(`${field} is not a short text`, typeof value);
  return value;
}

// The name of an attack or of a target: kinds are added, and a record outlives the version that wrote it.
function slug(value: unknown, field: string): string {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(value))
    throw damaged(`${field} is not the name of one`, String(value).slice(0, 20));
  return value;
}

function whole(value: unknown, field: string, least = 1): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > 2 ** 32 - 1)
    throw damaged(`${field} is not a whole number in range`, String(value).slice(0, 20));
  return value as number;
}

function hash(value: unknown, field: string): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
    throw damaged(`${field} is not a SHA-256`, String(value).slice(0, 20));
  return value;
}

function oneOf<const T extends string>(value: unknown, choices: readonly T[], field: string): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw damaged(`${field} is none of ${choices.join(', ')}`, String(value).slice(0, 20));
  return found;
}
