// The tables of docs/architecture.md, from the table of rooms.
import { ENGINE, LIBRARY, type LibraryRoom, PLACES } from './rooms.ts';

const TABLES: Readonly<Record<string, () => string>> = {
  library: () => table(['room', 'contents', 'needs Node'], LIBRARY.map(libraryRow)),
  engine: () =>
    table(
      ['room', 'contents'],
      ENGINE.map(({ name, holds }) => [code(name), holds]),
    ),
  places: () =>
    table(
      ['place', 'contents', 'may import'],
      PLACES.map(({ name, holds, imports }) => [code(name), holds, imports.map(code).join(', ') || 'nothing']),
    ),
};

/** The document with current tables, each between `<!-- name -->` and `<!-- /name -->`. */
export function architectureDocument(text: string): string {
  return Object.entries(TABLES).reduce((document, [name, make]) => {
    const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
    const [from, to] = [document.indexOf(begin), document.indexOf(end)];
    if (from < 0 || to < from)
      throw new Error(`docs/architecture.md: no place for the table: ${begin.trim()} ... ${end}`);
    return document.slice(0, from + begin.length) + make() + document.slice(to);
  }, text);
}

function libraryRow({ name, holds, node }: LibraryRoom): string[] {
  return [code(name), holds, node === undefined ? '' : node === true ? 'all of it' : code(`${name}/${node}`)];
}

const code = (name: string): string => `\`${name}\``;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
