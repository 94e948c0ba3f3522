// `--attack encoder`.
import { encoderAttack, planEncoder, RECIPES, type Target, tooLittle } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import { decodePhoto, toImage01 } from 'photoguard/image/node';
import { fitSize, reconstruct, reconstructionBytes, seenPixels } from 'photoguard/view';
import { budgetOf } from './budget.ts';
import { given } from './given.ts';
import { loadVictims } from './load-victims.ts';
import type { Method } from './method.ts';
import type { ProgressLine } from './progress-line.ts';
import { type ImmunizeOptions, settingsOf } from './settings.ts';

/** The encoder attack of some options. @throws PhotoGuardError for options that cannot be, or a model that cannot be had */
export async function encoderMethod(
  options: ImmunizeOptions,
  context: { line: ProgressLine; signal: AbortSignal },
): Promise<Method> {
  const { target = 'grey', size = 'fit:512' } = options;
  if (target === 'away')
    throw new PhotoGuardError('usage', '--target away is for --attack diffusion', {
      hint: 'the encoder attack takes grey, zero, noise or an image file',
    });
  for (const [key, flag] of Object.entries(OF_DIFFUSION))
    if (options[key as keyof typeof OF_DIFFUSION] !== undefined)
      throw new PhotoGuardError('usage', `${flag} is for --attack diffusion`);
  const settings = settingsOf(options, RECIPES[options.recipe]);
  fitSize(MAX_SIDE, MAX_SIDE, size, 1);
  const victims = await loadVictims(options.model, context);
  const factor = Math.max(...victims.map(({ autoencoder }) => autoencoder.factor));
  fitSize(MAX_SIDE, MAX_SIDE, size, factor); // again, now that the factor is known
  return {
    name: 'encoder',
    ...settings,
    models: victims.map(({ ref }) => ref),
    target: targetName(target),
    shown: 'decoded',
    modelSizes: ({ width, height }) => victims.map(() => fitSize(width, height, size, factor)),
    plan(modelSizes, { runtime, memory, shows }) {
      const modelSize = modelSizes[0]!;
      const plan = planEncoder(victims, modelSize, memory);
      const shown = shows ? reconstructionBytes(victims[0]!.autoencoder, modelSize) : 0;
      if (shown > memory) throw tooLittle(victims, modelSize, shown, memory);
      return {
        bytes: Math.max(plan.bytes, shown),
        async prepare({ mask }) {
          const attack = encoderAttack({
            ...settings,
            ...{ runtime, victims, modelSize, plan },
            target: await targetOf(target),
            seed: options.seed,
            ...(mask && { mask }),
          });
          return {
            attack,
            notes: [],
            show(pictures, signal) {
              const seen = pictures.map((picture) => seenPixels(picture, modelSize));
              return reconstruct(runtime, victims[0]!.autoencoder, modelSize, seen, signal);
            },
          };
        },
      };
    },
  };
}

/** Options that mean nothing to this attack: whoever gives one expects the other attack. */
const OF_DIFFUSION = {
  prompt: '--prompt',
  editSteps: '--edit-steps',
  last: '--last',
  draws: '--draws',
  guidance: '--guidance',
  eta: '--eta',
  strength: '--strength',
} as const;

/** A photo of this size fits every size that can be asked for. */
export const MAX_SIDE = 4096;

/** What a record says of a target: a picture's file has a name that is nobody's business. */
export const targetName = (target: string): Method['target'] =>
  target === 'grey' || target === 'zero' || target === 'noise' || target === 'away' ? target : 'picture';

/** The file of a target, where it is a picture. */
export const targetFile = (target: string | undefined): string | undefined =>
  target === undefined || targetName(target) !== 'picture' ? undefined : target;

/** A target by name, or the picture of a file. */
export async function targetOf(target: string): Promise<Target> {
  if (target === 'grey' || target === 'zero' || target === 'noise') return target;
  return toImage01(
    (await given('--target', target, decodePhoto(target, { memory: budgetOf(undefined).bytes }))).pixels,
  );
}
