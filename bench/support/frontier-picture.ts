// Curves in one picture, each named at its end: a file of its own that looks the same on light and dark pages.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** A curve. */
export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly budget: string; readonly x: number; readonly y: number }[];
}

const [WIDTH, HEIGHT] = [760, 460];
// From Okabe and Ito (2008), the first for what stands out; controls are grey.
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9', '#5a4a9c'];
const GREYS: Readonly<Record<string, string>> = { 'random noise': '#777', 'lower contrast': '#aaa' };

/** The picture as the text of an SVG file. */
export function drawFrontier(curves: readonly Curve[]): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const coloured = curves.filter(({ name }) => !(name in GREYS)).map(({ name }) => name);
  const colour = (name: string): string => GREYS[name] ?? COLOURS[coloured.indexOf(name) % COLOURS.length]!;
  const all = curves.flatMap(({ name, points }) =>
    points.toSorted((a, b) => a.x - b.x).map((point) => ({ name, ...point })),
  );
  const ends = curves.map(({ name }) => all.filter((point) => point.name === name).at(-1)!);
  const plot = Plot.plot({
    document: document as unknown as Document,
    ...{ width: WIDTH, height: HEIGHT, marginLeft: 56, marginRight: 130, marginBottom: 46, marginTop: 24 },
    style: { fontSize: '13px', background: 'white', color: '#222', fontFamily: 'system-ui, sans-serif' },
    x: { label: 'how visible: FLIP →', nice: true, grid: true, domain: [0, Math.max(...all.map(({ x }) => x))] },
    y: {
      label: '↑ displacement left after JPEG 75 and half the size',
      nice: true,
      grid: true,
      domain: [0, Math.max(...all.map(({ y }) => y))],
    },
    color: { domain: curves.map(({ name }) => name), range: curves.map(({ name }) => colour(name)) },
    marks: [
      Plot.line(all, { x: 'x', y: 'y', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(all, { x: 'x', y: 'y', fill: 'name', r: 3.5 }),
      Plot.text(ends, {
        x: 'x',
        y: 'y',
        text: 'name',
        fill: 'name',
        textAnchor: 'start',
        dx: 8,
        fontWeight: 'bold',
        stroke: 'white',
        strokeWidth: 4,
      }),
    ],
  });
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = 'What is left of each attack after an upload, against how visible it is';
  plot.prepend(title);
  return `${plot.outerHTML.replace(/\n *height: intrinsic;/, '')}\n`;
}
