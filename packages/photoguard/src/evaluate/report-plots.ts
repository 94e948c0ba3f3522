// The plots of an evaluation: arms as lines over eps, and bars by purifier.
import { type Html, html } from '../report/index.ts';
import { barPlot, linePlot } from '../report/node/index.ts';
import type { Summary } from './summary.ts';
import { chooseDigits, formatEps, nameFigure, plainRows } from './tables.ts';

/** Figures that are drawn over eps. */
const DRAWN = ['ssim', 'psnr', 'vifp', 'fsimc'];

/** How far edits move, over eps. */
export async function distancePlots(summary: Summary): Promise<Html> {
  const rows = plainRows(summary);
  const series = listArms(summary);
  const plots = DRAWN.map((name) =>
    linePlot({
      series,
      caption: `${nameFigure(name)} of edits to those of the originals; lower is a stronger protection. Bars: 95% intervals over photos.`,
      xLabel: 'eps, levels of 255',
      yLabel: nameFigure(name),
      points: rows.flatMap(({ arm, eps255, distance }) => {
        const estimate = distance[name];
        return estimate ? [{ series: arm, x: eps255, ...estimate }] : [];
      }),
    }),
  );
  return html`<div class="plots">${await Promise.all(plots)}</div>`;
}

/** How good edits are, over eps. */
export async function qualityPlots(summary: Summary): Promise<Html> {
  const series = listArms(summary);
  const names = Object.keys(summary.rows[0]?.quality ?? {});
  const plots = names.map((name) =>
    linePlot({
      series,
      caption: `${nameFigure(name)} of edits, minus that of the clean photos' edits; 0 is as good as those.`,
      xLabel: 'eps, levels of 255',
      yLabel: nameFigure(name),
      points: plainRows(summary).flatMap(({ arm, eps255, qualityMinusClean }) => {
        const estimate = qualityMinusClean[name];
        return estimate ? [{ series: arm, x: eps255, ...estimate }] : [];
      }),
    }),
  );
  return html`<div class="plots">${await Promise.all(plots)}</div>`;
}

/** What is left after purifiers, at each eps. */
export async function purifierPlots(summary: Summary, figure = 'ssim'): Promise<Html> {
  const { plan, rows } = summary;
  const series = listArms(summary);
  const plots = plan.eps255.map((eps255) =>
    barPlot({
      series,
      groups: plan.purifiers,
      caption: `${nameFigure(figure)} of edits to those of the originals after each purifier, eps ${formatEps(eps255)}.`,
      label: nameFigure(figure),
      points: rows
        .filter((row) => row.eps255 === eps255)
        .flatMap(({ arm, purifier, distance }) => {
          const estimate = distance[figure];
          return estimate ? [{ series: arm, group: purifier, ...estimate }] : [];
        }),
    }),
  );
  return html`<div class="plots">${await Promise.all(plots)}</div>`;
}

/** Arms in the order of their lines. */
const listArms = ({ plan }: Summary): string[] =>
  plan.arms.filter(({ kind }) => kind !== 'clean').map(({ name }) => name);

/** A figure with its digits, for sentences. */
export const shown = (value: number | undefined, figure: string): string =>
  value === undefined ? '–' : value.toFixed(chooseDigits(figure));
