// Curves of many points, such as losses over samples: lines without symbols, thinned if there are more points than can
// be distinguished. Reference levels are dashed lines with their names beside them.

import type { Html } from '../html.ts';
import { seriesColour } from '../style.ts';
import { draw } from './draw.ts';
import { figure } from './plot.ts';

/** A point of a curve. */
export interface CurvePoint {
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

/** Options of {@link curvePlot}. */
export interface CurvePlotOptions {
  /** Points that are not finite are left out. */
  readonly points: readonly CurvePoint[];
  /** Names of series in the order of their colours and of the legend; one alone needs no legend. */
  readonly series: readonly string[];
  /** Reference levels by name. Default: none. */
  readonly levels?: Readonly<Record<string, number>>;
  readonly caption: string;
  readonly xLabel: string;
  readonly yLabel: string;
}

/** Most points of a curve that are drawn. */
const MOST_POINTS = 300;

/** Lines over a linear axis. A long curve shows means of neighbouring points. */
export async function curvePlot(options: CurvePlotOptions): Promise<Html> {
  const { points, series, levels = {}, caption, xLabel, yLabel } = options;
  const shown = series.flatMap((name) => thinned(points.filter((point) => point.series === name)));
  const lines = Object.entries(levels).map(([name, y]) => ({ name, y }));
  const svg = await draw((Plot) => ({
    height: 310,
    marginLeft: 64,
    x: { label: xLabel, labelOffset: 40, nice: true, tickFormat: 's' },
    y: { grid: true, label: yLabel, nice: true },
    color: { domain: [...series], range: series.map((_, i) => seriesColour(i + 1)) },
    marks: [
      Plot.ruleY(lines, { y: 'y', stroke: 'currentColor', strokeDasharray: '4 3', strokeOpacity: 0.7 }),
      Plot.text(lines, { y: 'y', text: 'name', frameAnchor: 'right', dy: -6, fill: 'currentColor' }),
      Plot.lineY(shown, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 1.8 }),
      // A curve of one point would be invisible.
      Plot.dot(
        series.flatMap((name) => lone(shown, name)),
        { x: 'x', y: 'y', fill: 'series', r: 3 },
      ),
    ],
  }));
  return figure(svg, caption, series.length > 1 ? series : [], { shape: 'M-5,-1H5V1H-5Z', firstColour: 1 });
}

function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  const finite = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)).sort((a, b) => a.x - b.x);
  const each = Math.ceil(finite.length / MOST_POINTS);
  const mean = (part: readonly CurvePoint[], of: 'x' | 'y'): number =>
    part.reduce((sum, point) => sum + point[of], 0) / part.length;
  return Array.from({ length: Math.ceil(finite.length / (each || 1)) }, (_, i) => {
    const part = finite.slice(i * each, (i + 1) * each);
    return { series: part[0]!.series, x: mean(part, 'x'), y: mean(part, 'y') };
  });
}

function lone(shown: readonly CurvePoint[], name: string): CurvePoint[] {
  const own = shown.filter(({ series }) => series === name);
  return own.length === 1 ? own : [];
}
