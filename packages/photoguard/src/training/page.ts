// A training as one HTML file: its progress, curves of its log, and sample pictures. It is rewritten now and then
// during the training, each time as a whole, so that it can be viewed in a browser at any time.
import { writeWhole } from '../image/node/index.ts';
import { fixed, type Html, html, htmlTable, page, type Section } from '../report/index.ts';
import { curvePlot } from '../report/node/index.ts';
import type { LogLine } from './run-log.ts';

/** A plot of one or several figures of the log. */
export interface Curves {
  readonly caption: string;
  readonly yLabel: string;
  /** Name of each figure in the plot, by its name in the log. */
  readonly figures: Readonly<Record<string, string>>;
  /** Reference levels by name. Default: none. */
  readonly levels?: Readonly<Record<string, number>>;
}

/** Contents of a page. */
export interface TrainingPage {
  readonly title: string;
  /** A sentence about what is trained on what. */
  readonly about: string;
  readonly lines: readonly LogLine[];
  /** Default: {@link groupCurves} the log. */
  readonly curves?: readonly Curves[];
  /** Contact sheets, as `pictureTable` makes them. Default: none. */
  readonly samples?: readonly Html[];
  /** Steps and seconds left, if known. */
  readonly left?: { readonly steps: number; readonly seconds: number };
}

/** Figures that only say where a line belongs; they are not curves. */
const PLACES = ['step', 'samples', 'seconds'];

/** Writes the page. @throws PhotoGuardError `unwritable` or `no-space`; then the previous page stays */
export async function writeTrainingPage(path: string, content: TrainingPage): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(await trainingPage(content)));
}

/** The page as text. */
export async function trainingPage({
  title,
  about,
  lines,
  curves = groupCurves(lines),
  samples = [],
  left,
}: TrainingPage): Promise<string> {
  const last = lines.at(-1);
  const place = last
    ? `Step ${last.step}${typeof last.samples === 'number' ? `, ${last.samples} samples seen` : ''}.`
    : 'Nothing is logged yet.';
  const rest = left && left.steps > 0 ? ` ${left.steps} steps are left, about ${minutes(left.seconds)}.` : '';
  const plots = await Promise.all(curves.map((curve) => drawCurves(lines, curve)));
  const sections: Section[] = [
    {
      id: 'curves',
      heading: 'Curves',
      body: html`<div class="plots">${plots}</div>`,
    },
  ];
  if (samples.length > 0) sections.push({ id: 'samples', heading: 'Samples', body: html`${samples}` });
  if (last) sections.push({ id: 'figures', heading: 'Figures', body: figureTable(lines) });
  return page({ title, lead: html`<p>${about}</p><p>${place}${rest}</p>`, sections });
}

/** A plot for losses, one for losses of validation, and one for each other figure of a log. */
export function groupCurves(lines: readonly LogLine[]): Curves[] {
  const names = figureNames(lines);
  const isValidation = (name: string): boolean => /^val/.test(name);
  const isLoss = (name: string): boolean => /^loss/.test(name);
  const group = (caption: string, of: readonly string[]): Curves[] =>
    of.length === 0
      ? []
      : [{ caption, yLabel: 'loss', figures: Object.fromEntries(of.map((name) => [name, spaced(name)])) }];
  const others = names.filter((name) => !isValidation(name) && !isLoss(name));
  return [
    ...group('Loss of training', names.filter(isLoss)),
    ...group('Loss of validation', names.filter(isValidation)),
    ...others.map((name) => ({ caption: spaced(name), yLabel: spaced(name), figures: { [name]: spaced(name) } })),
  ];
}

function drawCurves(lines: readonly LogLine[], { caption, yLabel, figures, levels }: Curves): Promise<Html> {
  const bySamples = lines.every(({ samples }) => typeof samples === 'number');
  const points = Object.entries(figures).flatMap(([name, series]) =>
    lines.flatMap((line) => {
      const y = line[name];
      const x = bySamples ? (line.samples as number) : line.step;
      return typeof y === 'number' ? [{ series, x, y }] : [];
    }),
  );
  const options = { points, series: Object.values(figures), caption, yLabel, levels };
  return curvePlot({ ...options, xLabel: bySamples ? 'samples seen' : 'steps' });
}

/** The last value of each figure and the lowest one. */
function figureTable(lines: readonly LogLine[]): Html {
  const rows = figureNames(lines).map((name) => {
    const values = lines.flatMap((line) => (typeof line[name] === 'number' ? [line[name]] : []));
    return [spaced(name), shown(values.at(-1)!), shown(Math.min(...values)), shown(Math.max(...values))];
  });
  const numeric = (name: string) => ({ name, numeric: true });
  return htmlTable({
    caption: 'Each figure of the log: its last value, the lowest and the highest.',
    columns: [{ name: 'figure' }, numeric('last'), numeric('lowest'), numeric('highest')],
    rows,
  });
}

function figureNames(lines: readonly LogLine[]): string[] {
  const names = new Set(lines.flatMap((line) => Object.keys(line).filter((name) => typeof line[name] === 'number')));
  return [...names].filter((name) => !PLACES.includes(name));
}

const spaced = (name: string): string =>
  name.replaceAll('_', ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const shown = (value: number): string =>
  Math.abs(value) >= 0.01 || value === 0 ? fixed(value) : value.toExponential(2);
const minutes = (seconds: number): string =>
  seconds < 5400 ? `${Math.ceil(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
