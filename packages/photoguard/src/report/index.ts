// The report room: building blocks of a report that is one HTML file. No script, nothing loaded from elsewhere, light
// and dark. Pages make reports too; plots, pictures and hashes of files need Node (report/node).
export type { Html } from './html.ts';
export { html, trusted } from './html.ts';
export type { Estimate } from './numbers.ts';
export { fixed, withInterval } from './numbers.ts';
export type { Section } from './page.ts';
export { page } from './page.ts';
export type { Repeatable, Versions } from './repeat.ts';
export { repeatBlock, shellCommand } from './repeat.ts';
export type { Column, Table } from './table.ts';
export { htmlTable, markdownTable } from './table.ts';
