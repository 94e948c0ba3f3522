// Draws with Observable Plot, without a browser. In its own file, so that the declarations of the room's exports do not
// mention types of Plot: those need types of d3, which users do not have. Plot and linkedom are half of all modules that
// the command would load at its start, so they are loaded with the first plot.
import type * as Plot from '@observablehq/plot';

const WIDTH = 480;

/** A plot as SVG text; `describe` gets Plot and gives what to draw. */
export async function draw(describe: (plot: typeof Plot) => Plot.PlotOptions): Promise<string> {
  const [plots, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plot = plots.plot({
    ...describe(plots),
    document: document as unknown as Document,
    width: WIDTH,
    marginBottom: 46,
    style: { fontSize: '12px', background: 'none' },
  });
  return plot.outerHTML;
}
