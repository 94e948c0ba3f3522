// The report room: building blocks of a report that is one HTML file. No script, nothing loaded from elsewhere, light
// and dark.
export { curvePlot } from './curve.ts';
export { sha256, sha256OfFile, sha256OfFolder } from './hashes.ts';
export type { Html } from './html.ts';
export { html, trusted } from './html.ts';
export type { Estimate } from './numbers.ts';
export { fixed, withInterval } from './numbers.ts';
export type { Section } from './page.ts';
export { page } from './page.ts';
export { inlinePicture, pictureTable } from './pictures.ts';
export { barPlot, linePlot } from './plot.ts';
export type { Repeatable } from './repeat.ts';
export { repeatBlock, shellCommand } from './repeat.ts';
export type { Column, Table } from './table.ts';
export { htmlTable, markdownTable } from './table.ts';
export { versions } from './versions.ts';
