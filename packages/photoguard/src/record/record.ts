// The record in an immunized photo: which models it was protected against, how, and a hash of the original photo. It
// contains nothing about the person, the machine or the time: the same inputs give the same bytes, and it has no paths,
// prompts or file names. It is a claim, not a proof: anybody can write one.
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import {
  flag,
  hash,
  list,
  matching,
  object,
  oneOf,
  parseJson,
  type Source,
  validate,
  whole,
} from '../validate/index.ts';

/** A model, so that it can be identified. */
export interface RecordedModel {
  /** Hub id, `mini`, or for a folder or file on disk the last part of its path. */
  readonly ref: string;
  /** Commit of a model of the hub. */
  readonly revision?: string;
  /** SHA-256 of the autoencoder's weights, for a model that is not from the hub; hex. */
  readonly sha256?: string;
  /** Size at which it saw the photo, if it differs from the record's: width, height. */
  readonly size?: readonly [width: number, height: number];
}

/** The record. */
export interface ImmunizationRecord {
  /** `photoguard 0.1.0`. */
  readonly tool: string;
  /** A kind of attack; a record of a newer version may name one that this version does not know. */
  readonly attack: string;
  readonly recipe: string;
  readonly norm: 'linf' | 'l2';
  /** Bound of the change in levels of 255 (linf), or 255 times the L2 bound. */
  readonly eps255: number;
  /** The level of visibility that was asked for; then `eps255` is what it came to. */
  readonly visibility?: string;
  readonly seed: number;
  /**
   * Target of the latent or the edit: `grey`, `away` ...; `picture` is a picture of the user, `none` is for attacks
   * without a target.
   */
  readonly target: string;
  /** Size at which the models saw the photo: width, height. */
  readonly size: readonly [width: number, height: number];
  /** Whether a mask kept part of the photo unchanged. */
  readonly masked: boolean;
  readonly models: readonly RecordedModel[];
  /** The name of a provider's trigger that was written besides, 8 hex digits. */
  readonly trigger?: string;
  /** SHA-256 of the original photo's pixels, from `sha256OfPixels`; hex. */
  readonly original: string;
  /**
   * SHA-256 of all other settings, hex: it shows whether two results were made with the same settings without revealing
   * a prompt. Absent in records of older versions.
   */
  readonly settings?: string;
}

/** Version number of the record's format; a reader refuses a higher one. */
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
    visibility: record.visibility,
    seed: record.seed,
    target: record.target,
    size: record.size,
    masked: record.masked,
    models: record.models.map(({ ref, revision, sha256, size }) => ({ ref, revision, sha256, size })),
    trigger: record.trigger,
    original: record.original,
    settings: record.settings,
  });

const SOURCE: Source = { label: "the photo's record cannot be used", code: 'input' };

const word = () => matching(/^[\x20-\x7e\u00a0-\uffff]{1,200}$/, 'a short text');
// The name of an attack or of a target: kinds are added over time, and a record outlives the version that wrote it.
const name = () => matching(/^[a-z][a-z0-9-]{0,39}$/, 'the name of one');
const side = () => whole(1, 2 ** 32 - 1);
const size = () => z.tuple([side(), side()], 'a width and a height');
const SCHEMA: z.ZodMiniType<ImmunizationRecord> = object({
  tool: word(),
  attack: name(),
  recipe: word(),
  norm: oneOf('linf', 'l2'),
  eps255: z.number('a number above 0').check(z.positive('a number above 0')),
  visibility: z.optional(name()),
  seed: whole(0, 2 ** 32 - 1),
  target: name(),
  size: size(),
  masked: flag(),
  models: list(
    object({
      ref: word(),
      revision: z.optional(word()),
      sha256: z.optional(hash()),
      size: z.optional(size()),
    }),
    ...([1, MAX_MODELS, `a list of 1 to ${MAX_MODELS} models`] as const),
  ),
  trigger: z.optional(matching(/^[0-9a-f]{8}$/, '8 hex digits')),
  original: hash(),
  settings: z.optional(hash()),
});
const FORMS = object({ form: z.literal(FORM, `${FORM}, the form that this version knows`) });

/**
 * Parses a record. The text comes from a file that anybody may have written, so everything is checked. @throws
 * PhotoGuardError `input` if it is not a record, with the wrong field
 */
export function parseRecord(text: string): ImmunizationRecord {
  if (text.length > MAX_CHARACTERS)
    throw new PhotoGuardError('input', `${SOURCE.label}: it is too long`, { got: `${text.length} characters` });
  const found = parseJson(text, SOURCE);
  validate(FORMS, found, SOURCE);
  return validate(SCHEMA, found, SOURCE);
}
