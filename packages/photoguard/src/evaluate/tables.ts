// The tables of an evaluation, for the page and for table.md: the paper's first, then the rest.
import { PAIR_METRICS } from '../metrics/index.ts';
import { type Column, fixed, type Table, withInterval } from '../report/index.ts';
import { summariseCost } from './cost.ts';
import type { ResultLine } from './results.ts';
import type { Summary, SummaryRow } from './summary.ts';

/** The paper's columns of pairs, in its order; FSIM is its chromatic form, as piq's default and the paper's range are. */
const PAPER = ['ssim', 'psnr', 'vifp', 'fsimc'];
/** Digits after the point. */
const DIGITS: Readonly<Record<string, number>> = { psnr: 2 };

/** Names of figures that are not metrics of pairs. */
const OTHER: Readonly<Record<string, string>> = {
  promptGain: 'prompt gain',
  clip: 'CLIP similarity to the prompt',
};

/** A figure's name for people. */
export const nameFigure = (figure: string): string => PAIR_METRICS[figure]?.name ?? OTHER[figure] ?? figure;

/** `4/255`, or a dash for the clean arm. */
export const formatEps = (eps255: number): string => (eps255 === 0 ? '–' : `${Number(eps255.toFixed(3))}/255`);

/** Digits of a figure. */
export const chooseDigits = (figure: string): number => DIGITS[figure] ?? 3;

const numeric = (name: string): Column => ({ name, numeric: true });
const START: readonly Column[] = [{ name: 'arm' }, numeric('eps')];

/** Rows after no purifier, without the reference itself. */
export const plainRows = ({ rows, plan }: Summary): SummaryRow[] =>
  rows.filter(({ purifier, eps255 }) => purifier === plan.purifiers[0] && eps255 > 0);

/** The paper's table: how far edits of immunized photos are from those of the originals. */
export function paperTable(summary: Summary): Table {
  return {
    caption: `Edits of immunized photos against edits of the originals, same seeds: mean over ${summary.photos} photos, 95% interval in brackets. Lower similarity, lower precision and a larger Fréchet distance (FD) mean a stronger protection. FD and precision (PR): features of ${summary.features}; not FID.`,
    columns: [...START, numeric('FD ↑'), numeric('PR ↓'), ...PAPER.map((name) => numeric(`${nameFigure(name)} ↓`))],
    rows: plainRows(summary).map(({ arm, eps255, sets, distance }) => [
      arm,
      formatEps(eps255),
      fixed(sets.frechet, 3),
      fixed(sets.precision, 2),
      ...PAPER.map((name) => withInterval(distance[name], chooseDigits(name))),
    ]),
  };
}

/** How much of the movement of edits a Fréchet distance sees. */
export function shiftTable(summary: Summary): Table {
  return {
    caption: `How far the features of edits moved, each from those of the clean photo's edit of the same seed (mean squared distance), and which share of that all edits have in common. FD compares sets: it sees what is common, and little of edits that moved in directions of their own. Features of ${summary.features}.`,
    columns: [...START, numeric('FD ↑'), numeric('shift ↑'), numeric('in common')],
    rows: plainRows(summary).map(({ arm, eps255, sets }) => [
      arm,
      formatEps(eps255),
      fixed(sets.frechet, 3),
      fixed(sets.shift, 3),
      fixed(sets.commonShift, 2),
    ]),
  };
}

/** Paired differences to the noise arm. */
export function noiseTable(summary: Summary): Table {
  return {
    caption:
      'The same minus the noise arm, photo by photo. An interval that does not hold 0 says that an arm does more than random noise of its size.',
    columns: [...START, ...PAPER.map((name) => numeric(nameFigure(name)))],
    rows: plainRows(summary).flatMap(({ arm, eps255, distanceMinusNoise }) =>
      distanceMinusNoise
        ? [[arm, formatEps(eps255), ...PAPER.map((name) => withInterval(distanceMinusNoise[name], chooseDigits(name)))]]
        : [],
    ),
  };
}

/** How good edits are by themselves. */
export function qualityTable(summary: Summary): Table {
  const reference = summary.rows[0]!;
  const names = Object.keys(reference.quality);
  return {
    caption: `How good edits are in themselves, whatever the clean photo's edit is: prompt gain is the share of the editor's own denoising error that the prompt takes away (higher: the picture fits the prompt better); Fréchet distance to the photos (lower: more like photos), features of ${summary.features}.`,
    columns: [
      ...START,
      ...names.flatMap((name) => [numeric(nameFigure(name)), numeric('minus that of clean edits')]),
      numeric('FD to the photos'),
    ],
    rows: [reference, ...plainRows(summary)].map(({ arm, eps255, quality, qualityMinusClean, sets }) => [
      arm,
      formatEps(eps255),
      ...names.flatMap((name) => [withInterval(quality[name], 4), withInterval(qualityMinusClean[name], 4)]),
      fixed(sets.frechetToPhotos, 3),
    ]),
  };
}

/** Displacement after each purifier, and the least that is left. */
export function displacementTable({ plan, rows, worst }: Summary): Table {
  const figure = 'displacement';
  const changed = rows.filter(({ eps255, purifier }) => eps255 > 0 && purifier === plan.purifiers[0]);
  return {
    caption:
      "How far the photo has moved in the editor's latent space, as a share of what the photo has in it (0: not at all), after each purifier; the original is purified alike, and a change of tone does not count. The noise arm says what random noise does. Least: of every photo, after the purifier that leaves least.",
    columns: [...START, ...plan.purifiers.map(numeric), ...(worst.length > 0 ? [numeric('least')] : [])],
    rows: changed.map(({ arm, eps255 }) => {
      const isOf = (one: { readonly arm: string; readonly eps255: number }): boolean =>
        one.arm === arm && one.eps255 === eps255;
      const found = plan.purifiers.map((purifier) => rows.find((row) => isOf(row) && row.purifier === purifier));
      return [
        arm,
        formatEps(eps255),
        ...found.map((row) => withInterval(row?.distance[figure])),
        ...(worst.length > 0 ? [withInterval(worst.find(isOf)?.distance[figure]?.eachPhoto)] : []),
      ];
    }),
  };
}

/** Similarity after each purifier, and in the worst case. */
export function purifierTable(summary: Summary, figure = 'ssim'): Table {
  const { plan, rows, worst } = summary;
  const groups = [...new Set(rows.map(({ arm, eps255 }) => JSON.stringify([arm, eps255])))];
  const found = (arm: string, eps255: number, purifier: string): SummaryRow | undefined =>
    rows.find((row) => row.arm === arm && row.eps255 === eps255 && row.purifier === purifier);
  return {
    caption: `${nameFigure(figure)} of edits to those of the originals, after each purifier. The clean arm, where there is one, says what a purifier alone does to an edit; the noise arm what random noise does. Worst case: of every photo the purifier after which its edit is nearest to the clean one.`,
    columns: [
      ...START,
      ...plan.purifiers.map(numeric),
      numeric('worst case'),
      { name: 'best purifier for the editor' },
    ],
    rows: groups.flatMap((group) => {
      const [arm, eps255] = JSON.parse(group) as [string, number];
      const least = worst.find((one) => one.arm === arm && one.eps255 === eps255)?.distance[figure];
      if (!least) return [];
      return [
        [
          arm,
          formatEps(eps255),
          ...plan.purifiers.map((purifier) =>
            withInterval(found(arm, eps255, purifier)?.distance[figure], chooseDigits(figure)),
          ),
          withInterval(least.eachPhoto, chooseDigits(figure)),
          least.purifier,
        ],
      ];
    }),
  };
}

/** How much the photos themselves were changed. */
export function changeTable(summary: Summary): Table {
  return {
    caption: 'The immunized photos against the originals, before any edit.',
    columns: [...START, numeric('PSNR, dB'), numeric('SSIM'), numeric('FLIP'), numeric('largest change, levels')],
    rows: plainRows(summary).map(({ arm, eps255, change }) => [
      arm,
      formatEps(eps255),
      withInterval(change.psnr, 2),
      withInterval(change.ssim),
      withInterval(change.flip),
      fixed(change.linf255?.mean, 1),
    ]),
  };
}

/** Time and memory of each arm. */
export function costTable(lines: readonly ResultLine[]): Table {
  const { arms, secondsPerEdit } = summariseCost(lines);
  return {
    caption: `Time of one photo at one eps, and memory of the process that runs the attack (planned for its programs; highest resident size). An edit with its measuring took ${secondsPerEdit.toFixed(2)} s. Measured while all workers ran.`,
    columns: [{ name: 'arm' }, ...['gradients', 's a photo', 'planned MB', 'peak MB'].map(numeric)],
    rows: arms.map(({ arm, gradients, secondsPerPhoto, plannedBytes, peakBytes }) => [
      arm,
      String(gradients),
      secondsPerPhoto.toFixed(1),
      (plannedBytes / 1e6).toFixed(0),
      peakBytes === undefined ? '–' : (peakBytes / 1e6).toFixed(0),
    ]),
  };
}
