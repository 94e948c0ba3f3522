// The model that is taken when none is named, and what is said of it: the embedded one is small enough to come along, and
// so it is no stand-in for the editors that people use. How far it is one was measured, and is told each time.

import { ATTACKS } from 'photoguard/attacks';
import { EMBEDDED, embeddedFigures, hasEmbedded } from 'photoguard/models/node';
import { AUTO_MASK } from './given-mask.ts';

/** Until the embedded model has its weights, the tiny autoencoder of the same latent space, from the hub. */
export const defaultModel = (): string => (hasEmbedded() ? EMBEDDED.ref : 'taesd');

/** Whether a run is one of trying out: no model was named, and the embedded one is there. */
export const isTrial = ({ model }: { readonly model?: readonly string[] | string }): boolean =>
  model === undefined && hasEmbedded();

/** What shows best, within a minute on two cores, what the diffusion attack does to the embedded editor. */
const TRIAL = {
  attack: 'diffusion',
  mask: AUTO_MASK,
  prompt: ['', 'a photo of a red rose', 'a portrait of a person'], // what it knows; the last one is shown
  steps: 30,
  guidance: 3,
} as const;

/** What an edit of an audit asks for, where nothing is said. */
export const editDefaults = (ref: string): { readonly prompt: string; readonly guidance: number } =>
  ref === EMBEDDED.ref
    ? { prompt: TRIAL.prompt.at(-1)!, guidance: TRIAL.guidance }
    : { prompt: 'a photo of a person on a beach', guidance: 7.5 };

/** What options are where they are not given in a run of trying out. */
export function trialOf({ attack, recipe }: { readonly attack?: string; readonly recipe: string }) {
  const { needs } = ATTACKS[attack ?? TRIAL.attack]!;
  if (needs === 'autoencoder') return {};
  if (attack !== undefined && attack !== TRIAL.attack) return { mask: TRIAL.mask, prompt: TRIAL.prompt };
  if (recipe !== 'fast') return { attack: TRIAL.attack, mask: TRIAL.mask };
  return TRIAL;
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;

/** What to tell of an attack on models, where the embedded one is among them. One line each. */
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

/** What to tell of an edit, where the embedded model made it. */
export const editCaveats = (ref: string): string[] =>
  ref === EMBEDDED.ref
    ? [
        `${EMBEDDED.ref} is the embedded editor, for trying things out, and says little about commercial ones; to see what a real editor does, name it: -m sd15, -m sd15-inpaint`,
      ]
    : [];
