// Plots with Observable Plot, drawn to SVG text without a browser. Colours are the page's variables, so that a plot is
// light or dark with the page; every series has its own shape or position, so that colour is never the only difference.

import { type Html, html, trusted } from '../html.ts';
import { seriesColour } from '../style.ts';
import { draw } from './draw.ts';

/** A mean with its interval, of one series at one place. */
export interface PlotPoint {
  readonly series: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Options of every plot. */
interface PlotLabels {
  /** What the plot shows, in a sentence: its caption, and its description for people who cannot see it. */
  readonly caption: string;
  /** Names of series in the order of their colours and of the legend. */
  readonly series: readonly string[];
}

/** Options of {@link linePlot}. */
export interface LinePlotOptions extends PlotLabels {
  readonly points: readonly (PlotPoint & { readonly x: number })[];
  readonly xLabel: string;
  readonly yLabel: string;
}

/** Options of {@link barPlot}. */
export interface BarPlotOptions extends PlotLabels {
  readonly points: readonly (PlotPoint & { readonly group: string })[];
  /** Names of groups from top to bottom. */
  readonly groups: readonly string[];
  readonly label: string;
}

const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'times', 'plus'] as const;
/** Drawn by hand for the legend, in a box of 12 around the middle; the same shapes as Plot's. */
const SHAPES: readonly string[] = [
  'M3.5,0A3.5,3.5,0,1,1,-3.5,0A3.5,3.5,0,1,1,3.5,0',
  'M-3.2,-3.2H3.2V3.2H-3.2Z',
  'M0,-4.2L3.7,2.6H-3.7Z',
  'M0,-4.8L2.9,0L0,4.8L-2.9,0Z',
  'M0,-4.8L1.1,-1.5H4.6L1.8,.6L2.8,3.9L0,1.9L-2.8,3.9L-1.8,.6L-4.6,-1.5H-1.1Z',
  'M-1.3,-.7L-4.2,-2.4L-2.9,-4.6L0,-2.9L2.9,-4.6L4.2,-2.4L1.3,-.7V3.6H-1.3Z',
  'M-3,-3L3,3M-3,3L3,-3',
  'M-4,0H4M0,-4V4',
];
/** Distance between series on an axis of powers of two. */
const ASIDE = 0.04;

/** Lines over a logarithmic axis, with the interval of every point. */
export async function linePlot({ points, series, caption, xLabel, yLabel }: LinePlotOptions): Promise<Html> {
  const shown = drawable(points);
  const places = [...new Set(shown.map(({ x }) => x))].sort((a, b) => a - b);
  // Points at the same place are shifted slightly, so that their intervals can be distinguished.
  const aside = shown.map((point) => ({
    ...point,
    at: point.x * 2 ** (ASIDE * (series.indexOf(point.series) - (series.length - 1) / 2)),
  }));
  const svg = await draw((Plot) => ({
    height: 310,
    marginLeft: 60,
    x: {
      type: 'log',
      base: 2,
      domain: padded(places),
      ticks: places,
      tickFormat: String,
      label: xLabel,
      labelOffset: 40,
    },
    y: { grid: true, label: yLabel, nice: true },
    color: { domain: [...series], range: series.map((_, i) => seriesColour(i)) },
    symbol: { domain: [...series], range: series.map((_, i) => SYMBOLS[i % SYMBOLS.length]!) },
    marks: [
      Plot.ruleX(aside, { x: 'at', y1: 'low', y2: 'high', stroke: 'series', strokeWidth: 1.5 }),
      Plot.lineY(aside, { x: 'at', y: 'mean', z: 'series', stroke: 'series', strokeWidth: 2, sort: 'x' }),
      Plot.dot(aside, { x: 'at', y: 'mean', fill: 'series', stroke: 'series', symbol: 'series', r: 3.5 }),
    ],
  }));
  return figure(svg, caption, series);
}

/** Horizontal bars with intervals: groups from top to bottom, with one bar per series in each. */
export async function barPlot({ points, series, groups, caption, label }: BarPlotOptions): Promise<Html> {
  const shown = drawable(points);
  const longest = Math.max(0, ...groups.map((name) => name.length));
  const svg = await draw((Plot) => ({
    height: 66 + groups.length * (10 + 13 * series.length),
    marginLeft: Math.min(220, 12 + 6.2 * longest),
    x: { grid: true, label, labelOffset: 40, nice: true },
    y: { axis: null, domain: [...series] },
    fy: { domain: [...groups], label: null, axis: 'left', padding: 0.18 },
    color: { domain: [...series], range: series.map((_, i) => seriesColour(i)) },
    marks: [
      Plot.barX(shown, { x: 'mean', y: 'series', fy: 'group', z: 'series', fill: 'series', fillOpacity: 0.75 }),
      Plot.ruleY(shown, {
        x1: 'low',
        x2: 'high',
        y: 'series',
        fy: 'group',
        stroke: 'currentColor',
        strokeWidth: 1.5,
      }),
      Plot.ruleX([0]),
    ],
  }));
  return figure(svg, caption, series, { shape: 'M-4,-4H4V4H-4Z' });
}

// Margin beside the first and the last place.
const padded = (places: readonly number[]): number[] =>
  places.length > 0 ? [places[0]! / 1.25, places.at(-1)! * 1.25] : [1, 2];

const drawable = <Point extends PlotPoint>(points: readonly Point[]): Point[] =>
  points.filter(({ mean, low, high }) => [mean, low, high].every(Number.isFinite));

/** Options of {@link figure}: one shape for all series instead of a symbol each, and the colour of the first one. */
interface LegendOptions {
  readonly shape?: string;
  readonly firstColour?: number;
}

/** An SVG with its legend and caption. */
export function figure(
  svg: string,
  caption: string,
  series: readonly string[],
  { shape, firstColour = 0 }: LegendOptions = {},
): Html {
  const labelled = svg.replace('<svg ', html`<svg role="img" aria-label="${caption}" `.html);
  return html`<figure>${trusted(labelled)}
${
  series.length > 0 &&
  html`<ul class="legend">${series.map(
    (name, i) =>
      html`<li><svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true"><path d="${
        shape ?? SHAPES[i % SHAPES.length]!
      }" fill="${seriesColour(i + firstColour)}" stroke="${seriesColour(i + firstColour)}"/></svg>${name}</li>`,
  )}</ul>`
}
<figcaption>${caption}</figcaption></figure>`;
}
