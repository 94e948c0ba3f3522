// Options that every attack needs, from its settled settings and the photo.
import { PhotoGuardError } from '../errors.ts';
import type { Runtime } from '../runtime/index.ts';
import { shareByActivity } from './activity.ts';
import { type Constraint, LinfConstraint } from './constraint.ts';
import type { Settled, Subject } from './kind.ts';
import { shareByLuminance } from './luminance.ts';
import { shareByPlace, VISIBILITY, VisibilityConstraint, type VisibilityName } from './visibility.ts';
import { brightnessOf } from './windows.ts';

/** See the head of this file. */
export const attackOptions = (
  { constraint, visibility, recipe, through }: Pick<Settled, 'constraint' | 'visibility' | 'recipe' | 'through'>,
  { photo, seed, mask, spare, favour }: Subject,
  runtime: Runtime,
) => ({
  ...{ recipe, runtime },
  constraint: constraintFor(constraint, visibility, { photo, mask, spare, favour }, recipe.steps === 0),
  seed,
  mask,
  ...(through && { through: { ...through, runtime } }),
});

function constraintFor(
  constraint: Constraint,
  visibility: VisibilityName | undefined,
  { photo, mask, ...preference }: Omit<Subject, 'seed'>,
  isRough: boolean,
): Constraint {
  const shares = shareByPlace(preference);
  if (visibility) {
    const brightness = brightnessOf(photo);
    const allowed = shareByActivity(photo, brightness);
    // A network's change is by activity alone, as in its training.
    const byLuminance = isRough ? undefined : shareByLuminance(photo, brightness);
    for (const more of [byLuminance, shares]) if (more) for (let i = 0; i < more.length; i++) allowed[i]! *= more[i]!;
    return new VisibilityConstraint(photo, VISIBILITY[visibility], { shares: allowed, mask, isRough });
  }
  if (!shares) return constraint;
  if (constraint.norm === 'linf') return new LinfConstraint(constraint.eps, shares);
  throw new PhotoGuardError('usage', 'a part of a photo can be spared or favoured in an L-inf ball only', {
    hint: 'leave --norm l2 out',
  });
}
