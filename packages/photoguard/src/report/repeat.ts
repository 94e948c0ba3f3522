// "How to repeat this": the command, and everything that its result depends on.
import { type Html, type HtmlValue, html } from './html.ts';

/** Names and versions of programs, libraries and the machine. */
export type Versions = Readonly<Record<string, string>>;

/** What someone needs to get the same result. */
export interface Repeatable {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly versions: Versions;
  /** Settings, seeds and defaults that the command does not show, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** SHA-256 by name of what was hashed. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** A command for a shell, with quoted arguments where necessary. */
export const shellCommand = (command: readonly string[]): string =>
  command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');

/** The block as HTML. */
export const repeatBlock = ({
  command,
  versions,
  settings,
  hashes,
}: Repeatable): Html => html`<pre><code>${shellCommand(command)}</code></pre>
${list('Settings', settings)}
${list('Versions', versions)}
${list('Hashes (SHA-256)', hashes, (hash) => html`<code>${hash}</code>`)}`;

const list = (
  heading: string,
  entries: Readonly<Record<string, string>>,
  shown: (value: string) => HtmlValue = (value) => value,
): HtmlValue =>
  Object.keys(entries).length > 0 &&
  html`<h3>${heading}</h3><dl>${Object.entries(entries).map(
    ([name, value]) => html`<dt>${name}</dt><dd>${shown(value)}</dd>`,
  )}</dl>`;
