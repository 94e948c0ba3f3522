// From settings to a settled attack: the recipe with its changes, and every value checked.
import { PhotoGuardError } from '../errors.ts';
import { parseDraws } from '../transforms/index.ts';
import { COMMON } from './common-options.ts';
import type { Constraint } from './constraint.ts';
import type { AttackKind, AttackRecipe, Settings, Settled, Through } from './kind.ts';
import { checkedValue, dashed, type Options, type Values } from './options.ts';
import { tunedRecipe } from './tuning.ts';
import { VISIBILITY, type VisibilityName } from './visibility.ts';

/**
 * Settles an attack. `masked` says whether an editor repaints only a part of the photo.
 * @throws PhotoGuardError `usage` for an option that the kind does not have, or an invalid value; `input` for an eps
 *   out of range
 */
export function settle(kind: AttackKind, settings: Settings = {}, circumstances = { masked: false }): Settled {
  const { recipe: name, target, ...rest } = settings;
  if (kind.needsMask && !circumstances.masked)
    throw new PhotoGuardError('usage', `the attack ${kind.name} needs --mask`, {
      hint: 'a file in which the repainted part is white, or auto',
    });
  const values = checkedOptions(kind, rest);
  const named = findRecipe(kind, name ?? 'fast');
  const visibility = settleVisibility(values as Settings, named);
  const bound = visibility && { norm: 'linf' as const, eps: VISIBILITY[visibility].eps };
  const { constraint, recipe } = tunedRecipe(named, { ...(values as Settings), ...bound });
  checkStepSize(values.stepSize as number | undefined, constraint);
  const given = Object.fromEntries(
    Object.keys(kind.options).map((key) => [key, values[key] ?? named.own?.[key]] as const),
  );
  const through =
    recipe.steps === 0 ? undefined : settleThrough({ ...values, through: values.through ?? named.through } as Settings);
  return {
    ...{ kind, constraint, visibility, recipe },
    own: kind.resolve?.(given) ?? given,
    masked: circumstances.masked,
    target: settleTarget(kind, target ?? named.target),
    through,
  };
}

/** The recipe of a kind by name. @throws PhotoGuardError `usage` if there is none of that name */
export function findRecipe({ name, recipes }: AttackKind, recipe: string): AttackRecipe {
  if (Object.hasOwn(recipes, recipe)) return recipes[recipe]!;
  throw new PhotoGuardError('usage', `the attack ${name} has no such recipe`, {
    got: recipe,
    hint: `there are: ${Object.keys(recipes).join(', ')}`,
  });
}

function checkedOptions(kind: AttackKind, settings: Readonly<Record<string, unknown>>): Values {
  const options: Options = { ...COMMON, ...kind.options };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([key, value]) => {
      if (!Object.hasOwn(options, key))
        throw new PhotoGuardError('usage', `--${dashed(key)} is not an option of the attack ${kind.name}`, {
          hint: `it has: ${Object.keys(options).map(dashed).join(', ')}`,
        });
      return [key, checkedValue(key, options[key]!, value)];
    }),
  );
}

function settleTarget({ name, targets }: AttackKind, target: Settings['target']): Settled['target'] {
  if (target === undefined) return 'none';
  if (targets.length === 0)
    throw new PhotoGuardError('usage', `the attack ${name} has no target`, { hint: 'leave --target out' });
  if (typeof target === 'string' ? target !== 'picture' && targets.includes(target) : targets.includes('picture'))
    return target;
  throw new PhotoGuardError('usage', `--target ${String(target)} is not a target of the attack ${name}`, {
    hint: `it takes ${targets.map((one) => (one === 'picture' ? 'a picture' : one)).join(', ')}`,
  });
}

function settleThrough({ through, ship, throughDraws = 1, throughCount = 'mean' }: Settings): Through | undefined {
  if (through === undefined && ship === undefined) return undefined;
  return { draws: parseDraws(through ?? 'none', ship), count: throughDraws, combine: throughCount };
}

// A bound takes the place of the recipe's visibility; beside a visibility that is given it is a contradiction.
function settleVisibility({ visibility, eps, norm }: Settings, named: AttackRecipe): VisibilityName | undefined {
  if (eps === undefined && norm !== 'l2') return visibility ?? named.visibility;
  if (visibility === undefined) return undefined;
  throw new PhotoGuardError('usage', '--visibility takes the place of --eps and --norm', {
    got: eps !== undefined ? `--eps ${eps} beside it` : '--norm l2 beside it',
    hint: 'give one or the other',
  });
}

function checkStepSize(stepSize: number | undefined, { eps }: Constraint): void {
  if (stepSize === undefined || stepSize <= 2 * eps) return;
  throw new PhotoGuardError('usage', '--step-size is larger than the width of the ball', {
    got: `${stepSize} with eps ${eps}`,
    hint: `give at most ${2 * eps}`,
  });
}
