// The arms of an evaluation: what is done to a photo before the editor gets it. `clean`: nothing. `noise`: random noise
// that fills the same ball, the control of all others, always included. Every kind of attack is an arm too, with its
// own options after colons, so that one evaluation can have several of one kind: `diffusion:steps=40:edit-steps=2`. A
// value that contains separators is quoted: `encoder:through="none; jpeg:60..95"`.
import {
  ATTACKS,
  type AttackKind,
  COMMON,
  checkedValue,
  choice,
  dashed,
  type Option,
  type Settings,
  type Settled,
  settle,
} from '../attacks/index.ts';
import { PhotoGuardError } from '../errors.ts';

/** An arm with its options; the others are the recipe's. */
export interface Arm {
  /** Its text without spaces, which is its name everywhere. */
  readonly name: string;
  /** `clean`, `noise`, or a kind of attack. */
  readonly kind: string;
  /** Of an attack. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Options of the whole evaluation, which arms cannot have. */
const SHARED = ['norm', 'eps', 'visibility', 'prompt', 'strength'];

/** An arm's attack; undefined for the arms without one. */
export const findKind = ({ kind }: Arm): AttackKind | undefined =>
  Object.hasOwn(ATTACKS, kind) ? ATTACKS[kind] : undefined;

/** An arm's attack, settled; undefined for the arms without one. @throws PhotoGuardError like `settle` */
export function settledArm(arm: Arm, shared: Settings = {}, masked = true): Settled | undefined {
  const kind = findKind(arm);
  if (!kind) return undefined;
  const own = Object.entries(shared).filter(
    ([key, value]) => value !== undefined && (Object.hasOwn(COMMON, key) || Object.hasOwn(kind.options, key)),
  );
  return settle(kind, { ...Object.fromEntries(own), ...arm.settings }, { masked });
}

/**
 * Arms of a list with commas: `clean,noise,encoder,diffusion:steps=30`. The noise arm is added at the start if it is
 * not named.
 * @throws PhotoGuardError `usage` for an unknown arm or option, or an arm that is named twice
 */
export function parseArms(text: string): Arm[] {
  const arms = split(text, ',')
    .filter((word) => word.trim() !== '')
    .map(parseArm);
  const names = arms.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new PhotoGuardError('usage', 'an arm is named twice', { got: twice });
  if (!arms.some(({ kind }) => kind === 'noise')) arms.unshift(parseArm('noise'));
  return [...arms.filter(({ kind }) => kind === 'clean'), ...arms.filter(({ kind }) => kind !== 'clean')];
}

function parseArm(text: string): Arm {
  const [kind = '', ...words] = split(text, ':').map((word) => word.trim());
  const known = ['clean', 'noise', ...Object.keys(ATTACKS)];
  if (!known.includes(kind))
    throw new PhotoGuardError('usage', 'there is no such arm', { got: kind, hint: `known: ${known.join(', ')}` });
  const name = [kind, ...words].join(':').replace(/\s+/g, '');
  const arm: Arm = {
    name,
    kind,
    settings: Object.fromEntries(words.map((word) => parseOption(word, kind, name))),
  };
  settledArm(arm);
  return arm;
}

function parseOption(word: string, kind: string, name: string): readonly [key: string, value: unknown] {
  const [key = '', ...rest] = word.split('=');
  const value = rest.join('=').replace(/^"(.*)"$/, '$1');
  const options = listOptions(kind);
  const option = Object.entries(options).find(([known]) => dashed(known) === key);
  const takes = Object.keys(options).map(dashed);
  if (!option)
    throw new PhotoGuardError('usage', `arm ${name}: ${word} is not an option`, {
      hint: takes.length === 0 ? `${kind} takes none` : `${kind} takes ${takes.join(', ')}`,
    });
  return [option[0], checkedValue(option[0], option[1], option[1].parse(value))];
}

// An arm's recipe and target are options like any other.
function listOptions(name: string): Readonly<Record<string, Option>> {
  const kind = Object.hasOwn(ATTACKS, name) ? ATTACKS[name]! : undefined;
  if (!kind) return {};
  const targets = kind.targets.filter((target) => target !== 'picture');
  const all: Record<string, Option> = {
    recipe: choice('settings under a name', Object.keys(kind.recipes)),
    ...(targets.length > 0 && { target: choice('where it drives to', targets) }),
    ...COMMON,
    ...kind.options,
  };
  return Object.fromEntries(Object.entries(all).filter(([key]) => !SHARED.includes(key)));
}

/** One line per attack, for help: the options of its arms. */
export const armsHelp = (): string =>
  Object.keys(ATTACKS)
    .map((name) => `  ${name.padEnd(15)} ${Object.entries(listOptions(name)).map(optionHelp).join('  ')}`)
    .join('\n');

const optionHelp = ([key, { range, value }]: readonly [string, Option]): string =>
  `${dashed(key)}=${range.startsWith('one of ') ? range.slice(7).replaceAll(', ', '|') : value}`;

/** Splits a text at a separator that is not in quotes. */
function split(text: string, separator: string): string[] {
  const parts = [''];
  let quoted = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    if (letter === separator && !quoted) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
