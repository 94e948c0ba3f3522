// The versions of a photo that an audit compares: before, after, and with random noise instead. All go through the same
// purifier, so that its effect on any photo is not mistaken for its effect on the protection.
import type { Pixels8 } from '../image/index.ts';
import { l2 } from '../metrics/index.ts';
import { type Purifier, type PurifierContext, parsePurifier } from '../purifiers/index.ts';
import type { ImmunizationRecord } from '../record/index.ts';
import { sha256OfPixels } from '../record/index.ts';
import type { AuditOptions } from './audit-options.ts';
import type { CleanPhoto, NoiseControl } from './audit-report.ts';
import { ESTIMATE } from './default-purifiers.ts';
import { controlNoise, shuffledChange } from './noise-control.ts';

/** Something of each version. */
export interface Versions<T> {
  readonly clean: T;
  readonly immunized: T;
  readonly noise: readonly T[];
}

/** The number of versions. */
export const countVersions = ({ noise }: Versions<unknown>): number => 2 + noise.length;

/** Something made of each version, one after the other. */
export async function mapVersions<A, B>(versions: Versions<A>, make: (one: A) => Promise<B>): Promise<Versions<B>> {
  const clean = await make(versions.clean);
  const immunized = await make(versions.immunized);
  const noise: B[] = [];
  for (const one of versions.noise) noise.push(await make(one));
  return { clean, immunized, noise };
}

/** Every version through a purifier, with one seed for all. */
export const purified = (
  versions: Versions<Pixels8>,
  purifier: Purifier,
  context: PurifierContext,
): Promise<Versions<Pixels8>> => mapVersions(versions, (pixels) => purifier.apply(pixels, context));

/** The versions, and what the report says about them. */
export interface MadeVersions {
  readonly versions: Versions<Pixels8>;
  readonly clean: CleanPhoto;
  readonly noise: NoiseControl;
}

/** Makes the versions of an immunized photo: with the original, or with an estimate of it. */
export async function makeVersions(options: AuditOptions): Promise<MadeVersions> {
  const { immunized, original, record, mask, seed, draws, signal, codecs } = options;
  const numbers = Array.from({ length: draws }, (_, draw) => draw);
  if (original) {
    const noise = numbers.map((draw) => shuffledChange(original, immunized, seed, draw, mask));
    const sha256 = await sha256OfPixels(original);
    return {
      versions: { clean: original, immunized, noise },
      clean: { kind: 'original', sha256, matchesRecord: record ? record.original === sha256 : null },
      noise: { kind: 'shuffled', seed, draws, l2: noise.map((one) => rounded(l2(original, one))) },
    };
  }
  const estimate = await parsePurifier(ESTIMATE).apply(immunized, { seed, codecs, signal });
  const ball = boundNoise(record, estimate, immunized);
  const noise = numbers.map((draw) => controlNoise(estimate, ball, seed, draw, mask));
  return {
    versions: { clean: estimate, immunized, noise },
    clean: { kind: 'estimate', purifier: ESTIMATE },
    noise: { kind: 'ball', ...ball, seed, draws, l2: noise.map((one) => rounded(l2(estimate, one))) },
  };
}

// The record's bound; without a record the L2 norm of the difference to the estimate, which includes detail of the
// photo itself.
function boundNoise(record: ImmunizationRecord | undefined, estimate: Pixels8, immunized: Pixels8) {
  if (record) return { norm: record.norm, eps255: record.eps255 };
  return { norm: 'l2' as const, eps255: rounded(Math.max(255 * l2(estimate, immunized), 1)) };
}

/** Five decimals: the precision of reports, to which the rules are applied. */
export const rounded = (value: number): number => Number(value.toFixed(5));
