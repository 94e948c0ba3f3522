// A contact sheet of edits of validation photos, for people to judge what figures cannot show.
import { contactSheet, type Panel, toImage01 } from 'photoguard/image/node';
import { folderKind } from '../data/versions.ts';
import { boxMask, type Edits, filled, toPicture } from './edits.ts';
import { bestPrompt, SIDE, type ValidationSet } from './validation-set.ts';

const KINDS = ['flowers', 'clothing', 'portraits'];
/** Prompts for each kind. */
const OTHER: Readonly<Record<string, readonly string[]>> = {
  flowers: ['a photo of a yellow sunflower', 'a photo of a red rose', 'a photo of a white daisy'],
  clothing: ['a photo of a red t-shirt', 'a photo of a blue dress', 'a photo of a yellow hat'],
  portraits: ['a photo of a red tulip', 'a portrait of a person', 'a portrait of a person'],
};
const GREY = [128, 128, 128];
const MARGIN = 28;

/** The sheet as a PNG: `each` photos of each kind, one row per photo. */
export async function editSheet(
  edits: Edits,
  { rows, examples, captions: { prompts, captions } }: ValidationSet,
  each: number,
): Promise<Uint8Array> {
  const hole = boxMask(MARGIN, MARGIN, SIDE - 2 * MARGIN);
  const panels: Panel[] = [];
  const chosen = KINDS.flatMap((kind) => [...rows.keys()].filter((i) => folderKind(rows[i]!) === kind).slice(0, each));
  for (const [n, i] of chosen.entries()) {
    const photo = toPicture(examples[i]!.rgb);
    const prompt = prompts[bestPrompt(captions, i)]!;
    const others = OTHER[folderKind(rows[i]!)]!;
    const other = others[n % others.length]!;
    panels.push(['photo', toImage01(photo)], ['hole', toImage01(filled(photo, hole, GREY))]);
    for (const [name, edit] of [
      ['inpaint: caption', { prompt, mask: hole }],
      ['inpaint: other', { prompt: other, mask: hole, guidance: 4 }],
      ['img2img .5', { prompt, strength: 0.5 }],
      ['img2img .7 other', { prompt: other, strength: 0.7, guidance: 4 }],
      ['whole: other', { prompt: other, guidance: 4 }],
    ] as const)
      panels.push([name, toImage01(await edits.make({ photo, seed: 1, ...edit }))]);
  }
  return contactSheet(panels, { panel: { width: SIDE, height: SIDE }, columns: 7 });
}
