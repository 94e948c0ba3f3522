// Draws with Observable Plot, without a browser. In a file of its own, so that the declarations of what the room exports
// name no types of Plot: those need types of d3, which a consumer has not.
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
