// The figures of an editor as lines for people.
import type { AskedFigures } from './classes.ts';
import type { EditorFigures } from './editor-figures.ts';
import type { FillFigures } from './inpainting.ts';
import type { CaptionLosses, RegionLoss } from './losses.ts';
import type { Estimate } from './statistics.ts';

const percent = (share: number): string => `${Math.round(100 * share)}%`;
const shown = ({ mean, ci }: Estimate, digits: number): string => `${mean.toFixed(digits)} ± ${ci.toFixed(digits)}`;

const loss = (name: string, { hole, known, whole }: RegionLoss): string =>
  `  ${name.padEnd(24)}${[hole, known, whole].map((value) => value.toFixed(4).padStart(8)).join('')}`;

const caption = (name: string, figures: CaptionLosses): string =>
  `  ${name.padEnd(8)}right ${figures.right.toFixed(4)}, wrong ${figures.wrong.toFixed(4)} (+${shown(figures.wrongMinusRight, 4)}), empty ${figures.empty.toFixed(4)} (+${shown(figures.emptyMinusRight, 4)}); right is better for ${percent(figures.rightIsBetter)}`;

const fill = (name: string, { psnr, frechet }: FillFigures): string =>
  `  ${name.padEnd(12)}${shown(psnr, 2)} dB, Fréchet distance ${frechet.toFixed(3)}`;

const asked = (name: string, { edits, seen, chance, judgeOnPhotos, each }: AskedFigures): string =>
  `${name}: ${percent(seen)} of ${edits} edits (chance ${percent(chance)}${judgeOnPhotos === undefined ? '' : `, the judge on photos ${percent(judgeOnPhotos)}`}): ` +
  Object.entries(each)
    .map(([label, share]) => `${label} ${percent(share)}`)
    .join(', ');

/** Tables of all parts that there are. */
export function editorTables({ losses, captions, inpainting, flowers, garments, colours }: EditorFigures): string {
  const lines: string[] = [];
  if (losses)
    lines.push(
      `loss of v, ${losses.photos} photos              hole   known   whole`,
      loss('model', losses.model),
      loss('zero', losses.zero),
      loss('copy and Wiener filter', losses.trivial),
    );
  if (captions) lines.push('captions, loss of v', caption('hole', captions.hole), caption('whole', captions.whole));
  if (inpainting)
    lines.push(
      `a hole of ${inpainting.hole} pixels in ${inpainting.photos} photos; better than mean fill: ${percent(inpainting.betterThanMeanFill)}`,
      fill('model', inpainting.model),
      fill('mean fill', inpainting.meanFill),
      fill('round trip', inpainting.roundTrip),
      `  (${inpainting.network})`,
    );
  if (flowers) lines.push(asked('flowers, the class that was asked is seen', flowers));
  if (garments) lines.push(asked('garments, the class that was asked is seen', garments));
  if (colours) lines.push(asked('t-shirts, the colour that was asked is seen', colours));
  return lines.join('\n');
}
