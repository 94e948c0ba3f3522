// The record that goes into a result: what the command writes for the same settings.
import { ATTACKS, COMMON, type Preference } from 'photoguard/attacks';
import type { Mask, Pixels8, Size } from 'photoguard/image';
import { linf255 } from 'photoguard/metrics';
import { type ImmunizationRecord, sha256OfPixels } from 'photoguard/record';
import type { PageSettings } from './defaults.ts';
import type { Network } from './networks.ts';
import { settled } from './settings.ts';

/** What a record is made of. */
export interface RecordOptions {
  readonly settings: PageSettings;
  /** Size at which the networks saw the photo. */
  readonly size: Size;
  readonly networks: readonly Network[];
  readonly preference: Preference;
}

/** The record of one photo. */
export async function makeRecord(
  photo: Pixels8,
  result: Pixels8,
  { settings, size: { width, height }, networks, preference }: RecordOptions,
): Promise<ImmunizationRecord> {
  const { constraint, visibility, recipe, target, kind } = settled(settings);
  // Of a visibility, what it came to.
  const bound = visibility ? Math.max(1, linf255(photo, result)) : Number((constraint.eps * 255).toFixed(3));
  return {
    tool: `photoguard ${__VERSION__}`,
    attack: kind.name,
    recipe: recipe.name,
    norm: constraint.norm,
    eps255: bound,
    ...(visibility && { visibility }),
    seed: settings.seed,
    target: typeof target === 'string' ? target : 'picture',
    size: [width, height],
    masked: false,
    models: networks.map(({ ref, sha256 }) => ({ ref, sha256 })),
    original: await sha256OfPixels(photo),
    settings: await hashOfSettings(settings, preference),
  };
}

// Of all settings that are not in the record itself, in the order in which the command has them; a dash each for its mask
// and its picture as a target. What is spared or favoured counts by content, and a choice of spaces by their names.
async function hashOfSettings({ attack, spaces }: PageSettings, preference: Preference): Promise<string> {
  const {
    norm: _,
    eps: __,
    ...rest
  } = Object.assign({}, COMMON, ...Object.values(ATTACKS).map(({ options }) => options));
  const values = Object.fromEntries(Object.keys(rest).map((name) => [name, attack[name]]));
  const text = new TextEncoder().encode(`${JSON.stringify(values)}--${spaces?.join() ?? ''}`);
  const painted: number[] = [];
  for (const [wish, mask] of Object.entries(preference))
    painted.push(...new TextEncoder().encode(wish), ...(await digestOf(new Uint8Array((mask as Mask).data))));
  return hex(await digestOf(Uint8Array.of(...text, ...painted)));
}

const digestOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

const hex = (digest: Uint8Array): string => Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
