// The arms of an evaluation: what is done to a photo before the editor gets it. `clean`: nothing. `noise`: random noise
// that fills the same ball, the control of all others, always there. `encoder` and `diffusion`: the attacks, with options
// of their own after colons, so that one evaluation can hold several of one kind: `diffusion:steps=40:edit-steps=2`.
import { DIFFUSION_RECIPES, type DiffusionRecipeName, RECIPES, type RecipeName } from '../attacks/index.ts';
import { PhotoGuardError } from '../errors.ts';

/** Kinds of arms. */
export type ArmKind = 'clean' | 'noise' | 'encoder' | 'diffusion';

/** An arm with its options; what is not given is the recipe's. */
export interface Arm {
  /** As it was written, without spaces: its name everywhere. */
  readonly name: string;
  readonly kind: ArmKind;
  readonly recipe: RecipeName | DiffusionRecipeName;
  readonly target?: string;
  readonly steps?: number;
  readonly editSteps?: number;
  readonly last?: number;
  readonly draws?: number;
  readonly guidance?: number;
}

/** An arm's attack with everything said: its options, and its recipe's values for the others. */
export interface ArmAttack {
  readonly steps: number;
  readonly target: string;
  /** Of edits that are made and differentiated; absent for the encoder attack. */
  readonly edits?: {
    readonly steps: number;
    /** Steps, from the last, that are differentiated. */
    readonly last: number;
    readonly draws: number;
    readonly guidance: number;
  };
}

/** What an arm's attack is; undefined for the arms without one. */
export function attackOf(arm: Arm): ArmAttack | undefined {
  if (arm.kind === 'clean' || arm.kind === 'noise') return undefined;
  if (arm.kind === 'encoder') return { steps: arm.steps ?? RECIPES[arm.recipe].steps, target: arm.target ?? 'grey' };
  const named = DIFFUSION_RECIPES[arm.recipe as DiffusionRecipeName];
  const steps = arm.editSteps ?? named.editSteps;
  return {
    steps: arm.steps ?? named.steps,
    target: arm.target ?? named.target,
    edits: {
      steps,
      last: Math.min(arm.last ?? steps, steps),
      draws: arm.draws ?? named.draws,
      guidance: arm.guidance ?? named.guidance,
    },
  };
}

/** Targets that arms know. */
const TARGETS = { encoder: ['grey', 'zero', 'noise'], diffusion: ['away', 'grey', 'noise'] } as const;

const NUMBERS = {
  steps: 'steps',
  'edit-steps': 'editSteps',
  last: 'last',
  draws: 'draws',
  guidance: 'guidance',
} as const;
const OPTIONS: Readonly<Record<ArmKind, readonly string[]>> = {
  clean: [],
  noise: [],
  encoder: ['recipe', 'target', 'steps'],
  diffusion: ['recipe', 'target', ...Object.keys(NUMBERS)],
};

/**
 * Arms of a list with commas: `clean,noise,encoder,diffusion:steps=30`. The noise arm is put in front if it is not named.
 * @throws PhotoGuardError `usage` for an arm or an option that is not known, or an arm that is named twice
 */
export function parseArms(text: string): Arm[] {
  const words = text.split(',').map((word) => word.replace(/\s+/g, ''));
  const arms = words.filter((word) => word !== '').map(parseArm);
  const names = arms.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new PhotoGuardError('usage', 'an arm is named twice', { got: twice });
  if (!arms.some(({ kind }) => kind === 'noise')) arms.unshift(parseArm('noise'));
  return [...arms.filter(({ kind }) => kind === 'clean'), ...arms.filter(({ kind }) => kind !== 'clean')];
}

function parseArm(name: string): Arm {
  const [kind = '', ...options] = name.split(':');
  if (!Object.hasOwn(OPTIONS, kind))
    throw new PhotoGuardError('usage', 'there is no such arm', {
      got: kind,
      hint: `known: ${Object.keys(OPTIONS).join(', ')}`,
    });
  const arm: Record<string, string | number> = { name, kind, recipe: 'fast' };
  for (const option of options) Object.assign(arm, parseOption(option, kind as ArmKind, name));
  return arm as unknown as Arm;
}

function parseOption(option: string, kind: ArmKind, name: string): Record<string, string | number> {
  const [key = '', value = ''] = option.split('=');
  const wrong = (hint: string): PhotoGuardError =>
    new PhotoGuardError('usage', `arm ${name}: ${option} is no option`, { hint });
  if (!OPTIONS[kind].includes(key))
    throw wrong(OPTIONS[kind].length === 0 ? `${kind} takes none` : `${kind} takes ${OPTIONS[kind].join(', ')}`);
  if (key === 'recipe' || key === 'target') {
    const known: readonly string[] =
      key === 'target' ? TARGETS[kind as 'encoder'] : Object.keys(kind === 'encoder' ? RECIPES : DIFFUSION_RECIPES);
    if (!known.includes(value)) throw wrong(`${key} is one of ${known.join(', ')}`);
    return { [key]: value };
  }
  const number = Number(value);
  const least = key === 'guidance' ? 0 : 1;
  if (value === '' || !(number >= least && number <= 10_000) || (key !== 'guidance' && !Number.isInteger(number)))
    throw wrong(`${key} is a ${key === 'guidance' ? '' : 'whole '}number of at least ${least}`);
  return { [NUMBERS[key as keyof typeof NUMBERS]]: number };
}
