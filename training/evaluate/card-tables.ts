// The tables of the model card, with goals next to figures. Missed goals say by how much.
import type { CardFigures } from './card-figures.ts';
import type { AskedFigures } from './classes.ts';
import type { CaptionLosses, RegionLoss } from './losses.ts';
import type { Estimate } from './statistics.ts';

/** The lab editor's losses from its own card, which are the goals. */
const LOSS_GOALS: RegionLoss = { hole: 0.49, known: 0.105, whole: 0.535 };
const LEAST_CORRELATION = 0.97;
const MOST_PSNR_BEHIND = 1.5;
const LEAST_SHARE = 0.5;

const shown = ({ mean, ci }: Estimate, digits: number): string => `${mean.toFixed(digits)} ± ${ci.toFixed(digits)}`;
const percent = (share: number): string => `${Math.round(100 * share)}%`;
const judged = (goal: string, met: boolean): string => (met ? `${goal}: met` : `**${goal}: missed**`);

// A table in Markdown; the first row is its head.
const table = ([head, ...rows]: readonly (readonly string[])[]): string =>
  [head!, head!.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** All tables, under headings. */
export function cardTables(figures: CardFigures): string {
  return [
    '### The autoencoder',
    autoencoderTable(figures),
    '### What a protection made on it does to its teacher',
    transferTable(figures),
    '### Validation loss of the editor',
    lossTable(figures),
    ...editorTables(figures),
  ].join('\n\n');
}

function autoencoderTable({ autoencoder }: CardFigures): string {
  const rows = autoencoder.quality.flatMap(({ side, photos, psnr, teacherPsnr, correlation }) => [
    [
      `reconstruction, PSNR in dB, ${photos} photos at ${side}x${side}`,
      shown(psnr, 2),
      shown(teacherPsnr, 2),
      judged(`at most ${MOST_PSNR_BEHIND} below`, psnr.mean >= teacherPsnr.mean - MOST_PSNR_BEHIND),
    ],
    [
      `correlation with the teacher's latents by channel, ${side}x${side}`,
      correlation.map((r) => r.toFixed(3)).join(' '),
      '1',
      judged(`at least ${LEAST_CORRELATION} each`, Math.min(...correlation) >= LEAST_CORRELATION),
    ],
  ]);
  return table([['', 'mini', 'teacher (TAESD)', 'goal'], ...rows]);
}

function transferTable({ autoencoder }: CardFigures): string {
  const rows = autoencoder.transfer.map(({ side, photos, eps255, recipe, share, ...losses }) => [
    `\`${recipe}\`, ${eps255}/255, ${photos} photos at ${side}x${side}`,
    ...[losses.madeOnModel, losses.madeOnTeacher, losses.randomNoise].map((loss) => shown(loss, 3)),
    percent(share),
    judged(`at least ${percent(LEAST_SHARE)}`, share >= LEAST_SHARE),
  ]);
  const head = ["the teacher's loss, clean photo: 1", 'made on mini', 'made on the teacher', 'random noise'];
  return table([[...head, "share of the teacher's own effect", 'goal'], ...rows]);
}

function lossTable({ editor, lab }: CardFigures): string {
  const { photos, model, zero, trivial } = editor.losses!;
  const regions = [
    ['hole', 'hole'],
    ['known', 'kept region'],
    ['whole', 'whole picture'],
  ] as const;
  const rows = regions.map(([region, name]) => [
    name,
    besideZero(model[region], zero[region]),
    lab?.losses ? besideZero(lab.losses.model[region], lab.losses.zero[region]) : '-',
    zero[region].toFixed(3),
    trivial[region].toFixed(3),
    judged(`at most ${LOSS_GOALS[region].toFixed(3)}`, rounded3(model[region]) <= LOSS_GOALS[region]),
  ]);
  const head = [`loss of v, ${photos} photos`, 'mini', "lab's editor", 'zero', 'copy and Wiener filter', 'goal'];
  return table([head, ...rows]);
}

// Latents of two autoencoders differ in scale; losses relative to predicting zero can be compared.
const besideZero = (loss: number, zero: number): string => `${loss.toFixed(4)} (${percent(loss / zero)} of zero's)`;
const rounded3 = (value: number): number => Number(value.toFixed(3));

function editorTables({ editor, lab }: CardFigures): string[] {
  const { captions, inpainting } = editor;
  const parts: string[] = [];
  const caption = (name: string, of: CaptionLosses | undefined, theirs: CaptionLosses | undefined): string[] => [
    name,
    ...(of ? [of.right.toFixed(4), shown(of.wrongMinusRight, 4), shown(of.emptyMinusRight, 4)] : []),
    of ? percent(of.rightIsBetter) : '-',
    theirs ? percent(theirs.rightIsBetter) : '-',
  ];
  if (captions)
    parts.push(
      '### Captions matter',
      table([
        ['loss of v', 'right caption', "another label's: more by", 'none: more by', 'right is better', "lab's editor"],
        caption('hole', captions.hole, lab?.captions?.hole),
        caption('whole picture', captions.whole, lab?.captions?.whole),
      ]),
    );
  const asked: (readonly [string, 'flowers' | 'garments' | 'colours'])[] = [
    ['flower of the class that was asked for', 'flowers'],
    ['garment of the class that was asked for', 'garments'],
    ['t-shirt of the colour that was asked for', 'colours'],
  ];
  const rows = asked.flatMap(([name, key]) => {
    const figures: AskedFigures | undefined = editor[key];
    const theirs: AskedFigures | undefined = lab?.[key];
    const judge = figures?.judgeOnPhotos;
    if (!figures) return [];
    const others = [theirs ? percent(theirs.seen) : '-', percent(figures.chance), judge ? percent(judge) : '-'];
    return [[`${name}, ${figures.edits} edits`, percent(figures.seen), ...others]];
  });
  if (rows.length > 0)
    parts.push(table([['what is seen in an edit', 'mini', "lab's editor", 'chance', 'the judge on photos'], ...rows]));
  if (inpainting)
    parts.push(
      `### A hole of ${inpainting.hole}x${inpainting.hole} pixels`,
      table([
        [`in ${inpainting.photos} photos`, 'PSNR in the hole, dB', 'Fréchet distance to the photos'],
        ...(
          [
            ['one edit', inpainting.model],
            ["lab's editor", lab?.inpainting?.model],
            ['mean fill', inpainting.meanFill],
            ["the photo through mini's autoencoder", inpainting.roundTrip],
          ] as const
        ).flatMap(([name, fill]) => (fill ? [[name, shown(fill.psnr, 2), fill.frechet.toFixed(3)]] : [])),
      ]),
      `Features: ${inpainting.network}; so this is no FID. An edit beats mean fill in ${percent(inpainting.betterThanMeanFill)} of the photos.`,
    );
  return parts;
}
