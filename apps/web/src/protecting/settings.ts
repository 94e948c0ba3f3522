// Settings of the page's address, `?settings=` with JSON under the names that the command's options have, checked.

import { HUB } from 'virtual:hub';
import { SURROGATES } from 'virtual:surrogates';
import { ATTACKS, COMMON, dashed, type Options, type Settled, settle } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import { parseSurrogateConfig } from 'photoguard/models';
import { fitSize } from 'photoguard/view';
import { DEFAULTS, FORMATS, INSTANT, type PageSettings, type ResultFormat } from './defaults.ts';

/** Settings as the attack takes them. @throws PhotoGuardError `usage` for a value that cannot be */
export const settled = ({ attack }: PageSettings): Settled => settle(ATTACKS.encoder!, attack);

/**
 * Settings of an address, `?settings={"visibility":"medium","step-size":0.01}`.
 * @throws PhotoGuardError `usage` or `input` for JSON or values that cannot be
 */
export function settingsOf(search: string): PageSettings {
  const text = new URLSearchParams(search).get('settings');
  if (text === null) return DEFAULTS;
  const { size = DEFAULTS.size, seed = DEFAULTS.seed, format: named, model, judge, spaces, ...rest } = parsed(text);
  const format = named ?? (rest.ship === undefined ? DEFAULTS.format : 'jpeg');
  if (!Number.isInteger(seed) || (seed as number) < 0 || (seed as number) >= 2 ** 32)
    throw new PhotoGuardError('usage', 'seed is a whole number from 0 to 4294967295', { got: String(seed) });
  if (!FORMATS.includes(format as ResultFormat))
    throw new PhotoGuardError('usage', `format is one of ${FORMATS.join(', ')} on this page`, { got: String(format) });
  if (rest.ship !== undefined && format !== 'jpeg')
    throw new PhotoGuardError('usage', 'ship writes a JPEG', { got: `format ${format}`, hint: 'leave format out' });
  fitSize(8, 8, String(size));
  const attack: Record<string, unknown> = { ...DEFAULTS.attack };
  for (const [name, value] of Object.entries(rest)) attack[camel(name)] = parsedValue(camel(name), value);
  const settings = {
    model: model === undefined ? DEFAULTS.model : networkName('model', model),
    judge: judge !== undefined ? networkName('judge', judge) : model === undefined ? DEFAULTS.judge : undefined,
    spaces: spaces === undefined ? undefined : spaceNames(spaces),
    ...{ size: String(size), seed: seed as number, format: format as ResultFormat, attack },
  };
  const ofSurrogates = model ?? spaces;
  if (isInstant(settled(settings)) && ofSurrogates !== undefined)
    throw new PhotoGuardError('usage', `the recipe ${INSTANT} takes no model and no spaces`, {
      got: String(ofSurrogates),
      hint: 'its network was trained against all of them; leave them out',
    });
  return settings;
}

/** The JPEG that results are saved in. */
export const JPEG = 'jpeg:95:chroma=444';

/** Settings with the file that the result is saved in, where that is lossy: each gradient looks through it. */
export function shipped(settings: PageSettings): PageSettings {
  const { format, attack } = settings;
  if (format !== 'jpeg' || isInstant(settled(settings))) return settings;
  return { ...settings, attack: { ...attack, ship: attack.ship ?? JPEG } };
}

/** Whether a trained network makes the change alone. */
export const isInstant = ({ recipe }: Settled): boolean => recipe.steps === 0;

/** Whether a network belongs to a name: `surrogates` is all of them. */
export const isNamed = (name: string, ref: string): boolean => name === 'surrogates' || name === ref;

function networkName(option: string, value: unknown): string {
  const names = [
    ...['surrogates', ...SURROGATES.map(({ name }) => `surrogates/${name}`)],
    ...HUB.models.map(({ id }) => id),
  ];
  if (typeof value === 'string' && names.includes(value)) return value;
  throw new PhotoGuardError('usage', `${option} is one of ${names.join(', ')} on this page`, { got: String(value) });
}

// A list, or names with commas between them.
function spaceNames(value: unknown): string[] {
  const names = [...new Set(Array.isArray(value) ? value : String(value).split(','))];
  if (names.length > 0 && names.every((name) => SPACES.includes(name))) return names;
  throw new PhotoGuardError('usage', `spaces are among ${SPACES.join(', ')} on this page`, { got: String(value) });
}

const SPACES = SURROGATES.flatMap(({ config }) => parseSurrogateConfig(config).spaces.map(({ name }) => name));

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new PhotoGuardError('usage', 'the settings in the address are not a JSON object', {
    got: text.slice(0, 80),
    hint: 'for example ?settings={"steps":60}',
  });
}

const OPTIONS: Options = { ...COMMON, ...ATTACKS.encoder!.options };
const camel = (name: string): string => Object.keys(OPTIONS).find((key) => dashed(key) === name) ?? name;

// Texts are read as on the command line, so that "8/255" means the same.
function parsedValue(name: string, value: unknown): unknown {
  return typeof value === 'string' && Object.hasOwn(OPTIONS, name) ? OPTIONS[name]!.parse(value) : value;
}
