// A table that is shown in the page and as Markdown to paste into a document.
import { type Html, html } from './html.ts';

/** A column. */
export interface Column {
  readonly name: string;
  /** Whether it is aligned right, for numbers. Default: false. */
  readonly numeric?: boolean;
}

/** Rows of text; the first cell of each names the row. */
export interface Table {
  /** What the table shows, in a sentence. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** The table as HTML. */
export function htmlTable({ caption, columns, rows }: Table): Html {
  const align = (i: number): string => (columns[i]?.numeric ? 'number' : 'text');
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ name }, i) => html`<th scope="col" class="${align(i)}">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first = '', ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map(
    (cell, i) => html`<td class="${align(i + 1)}">${cell}</td>`,
  )}</tr>
`,
)}</tbody>
</table></div>`;
}

/** The table as Markdown, without its caption. */
export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
  const rule = columns.map(({ numeric }) => (numeric ? '---:' : '---'));
  return [line(columns.map(({ name }) => name)), `|${rule.join('|')}|`, ...rows.map(line), ''].join('\n');
}
