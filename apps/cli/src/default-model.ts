// The model that is used when none is named, and the caveats for it. The embedded model is small enough to be included
// in the package, so it does not stand in for the editors that people use. How far it does was measured, and is
// reported.

import { ATTACKS } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import { areSurrogatesHere, EMBEDDED, embeddedFigures, hasEmbedded, SURROGATES } from 'photoguard/models/node';
import { AUTO_MASK } from './given-mask.ts';

/** The embedded model; if it has no weights, the tiny autoencoder of the same latent space, from the hub. */
export const defaultModel = (): string => (hasEmbedded() ? EMBEDDED.ref : 'taesd');

/** Settings that best show, within a minute on two cores, what the diffusion attack does to the embedded editor. */
const TRIAL = {
  attack: 'diffusion',
  mask: AUTO_MASK,
  prompt: ['', 'a photo of a red rose', 'a portrait of a person'], // what it was trained on; the last one is shown
  steps: 30,
  guidance: 3,
} as const;

/** Default prompt and guidance of an audit's edits. */
export const editDefaults = (ref: string): { readonly prompt: string; readonly guidance: number } =>
  ref === EMBEDDED.ref
    ? { prompt: TRIAL.prompt.at(-1)!, guidance: TRIAL.guidance }
    : { prompt: 'a photo of a person on a beach', guidance: 7.5 };

/** The embedded network that is never attacked by default, so that it can judge. */
export const HELD_OUT = `${SURROGATES.ref}/pooled`;

/**
 * Settings when nothing is named: against the latent spaces of the embedded surrogates, on one network, so that the other,
 * which the attack never sees, says what it does.
 */
const PROTECTION = {
  ...{ attack: 'encoder', recipe: 'protect', size: 'upload:1024' },
  model: [`${SURROGATES.ref}/strided`],
  judge: HELD_OUT,
};

/** Settings of the network that protects in one pass, which was trained against all surrogates; it measures nothing unasked. */
const INSTANT = { attack: 'encoder', recipe: 'instant', size: PROTECTION.size, model: [SURROGATES.ref] };

/** Default options of `photoguard immunize`. */
export function immunizeDefaults(options: {
  readonly model?: readonly string[];
  readonly attack?: string;
  readonly recipe?: string;
  readonly quick?: boolean;
  readonly steps?: number;
}): Readonly<Record<string, unknown>> {
  const { model, attack, recipe, quick, steps } = options;
  if (quick && recipe !== undefined)
    throw new PhotoGuardError('usage', '--quick and --recipe exclude each other', { hint: 'give one of them' });
  const named = quick ? { recipe: 'quick', picture: false } : {}; // decoding takes as long as its gradients
  if (recipe === INSTANT.recipe && steps === undefined) {
    if (model === undefined) return INSTANT;
    throw new PhotoGuardError('usage', '--recipe instant takes no model: its network was trained against surrogates', {
      got: `-m ${model.join(',')}`,
      hint: 'leave -m out, or let gradients against that model follow: --steps 5',
    });
  }
  if (model !== undefined) return { attack: 'encoder', recipe: 'fast', ...named };
  const picture = { picture: true };
  if ((attack ?? 'encoder') === 'encoder' && areSurrogatesHere()) return { ...PROTECTION, ...picture, ...named };
  if (!hasEmbedded()) return { attack: 'encoder', recipe: 'fast', ...named };
  return { recipe: 'fast', ...picture, ...trialDefaults({ attack, recipe: recipe ?? 'fast' }), ...named };
}

/** Default options of an attack on the embedded editor. */
function trialDefaults({ attack, recipe }: { readonly attack?: string; readonly recipe: string }) {
  const { needs } = ATTACKS[attack ?? TRIAL.attack]!;
  if (needs === 'autoencoder') return {};
  if (attack !== undefined && attack !== TRIAL.attack) return { mask: TRIAL.mask, prompt: TRIAL.prompt };
  if (recipe !== 'fast') return { attack: TRIAL.attack, mask: TRIAL.mask };
  return TRIAL;
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;

/** Caveats of an attack on models, if the embedded one is among them. One line each. */
export async function attackCaveats(refs: readonly string[]): Promise<string[]> {
  if (!refs.includes(EMBEDDED.ref)) return [];
  const { transfer } = await embeddedFigures();
  const { teacher, eps255, size, madeOnMini, madeOnTeacher, randomNoise } = transfer;
  return [
    `${EMBEDDED.ref} is the embedded model, for trying things out: photos are protected against it, and only partly against Stable Diffusion 1: ` +
      `${teacher} still has ${percent(madeOnMini)} of its loss (${percent(madeOnTeacher)} when attacked itself, ${percent(randomNoise)} with random noise; encoder attack, ${eps255}/255, ${size}). ` +
      'To protect against real editors, name them: -m taesd, -m sd1, -m sd15-inpaint',
  ];
}

/** Caveats of an edit, if the embedded model made it. */
export const editCaveats = (ref: string): string[] =>
  ref === EMBEDDED.ref
    ? [
        `${EMBEDDED.ref} is the embedded editor, for trying things out, and says little about commercial ones; to see what a real editor does, name it: -m sd15, -m sd15-inpaint`,
      ]
    : [];
