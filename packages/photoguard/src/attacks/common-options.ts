// Options that every attack has, and those that several share.
import { parseDraws, parseShip } from '../transforms/index.ts';
import { choice, number, text, texts, type Values, whole } from './options.ts';
import { VISIBILITY, type VisibilityName } from './visibility.ts';

/** See the head of this file. */
export const COMMON = {
  norm: choice("how change is bounded; default: the recipe's", ['linf', 'l2']),
  eps: number("most change, of 0 to 1 (for l2 of the whole photo); default: the recipe's", 0, 100_000, '<size>'),
  visibility: choice(
    'how visible the change may be, measured by FLIP, instead of --eps: the change is made as large as that allows',
    Object.keys(VISIBILITY) as VisibilityName[],
  ),
  steps: whole("gradients; default: the recipe's", 1, 100_000),
  stepSize: number('size of each step, of 0 to 1, for all steps alike', 0, 100_000, '<size>'),
  start: choice("first perturbation; default: the recipe's", ['zero', 'random']),
  through: text(
    'transforms that the change is to survive, drawn anew for each gradient: "none; jpeg:60..95; resize:0.4..1"',
    '<transforms>',
    parseDraws,
  ),
  ship: text(
    'the JPEG in which the photo is delivered, jpeg:85 or jpeg:85:chroma=444: each gradient looks through it first',
    '<jpeg:quality>',
    parseShip,
  ),
  throughDraws: whole('draws of --through for each gradient; default: 1', 1, 100),
  throughCount: choice('which of them count: mean (all alike, the default) or worst', ['mean', 'worst']),
};

/** Values of the common options. */
export type CommonValues = Values<typeof COMMON>;

/** Prompts of attacks on editors. */
export const PROMPT = texts('prompt of the edits; several: repeat, each draw takes one');

/** Draws of attacks on editors. */
export const DRAWS = whole("edits or looks that a gradient is averaged over; default: the recipe's", 1, 1000);
