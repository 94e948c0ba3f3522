// Draws with Observable Plot, without a browser. In its own file, so that the declarations of the room's exports do not
// mention types of Plot: those need types of d3, which users do not have.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const WIDTH = 480;

/** A plot as SVG text. */
export function draw(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plot = Plot.plot({
    ...options,
    document: document as unknown as Document,
    width: WIDTH,
    marginBottom: 46,
    style: { fontSize: '12px', background: 'none' },
  });
  return plot.outerHTML;
}
