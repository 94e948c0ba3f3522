// A report as one HTML file: no script, nothing loaded from elsewhere. A policy in its head makes browsers enforce
// that, whatever the page shows.
import { type Html, html, trusted } from './html.ts';
import { STYLE } from './style.ts';

/** A part of a page with its own heading. */
export interface Section {
  /** Anchor for links: letters and dashes, unique on the page. */
  readonly id: string;
  readonly heading: string;
  readonly body: Html;
}

/** Contents of a page. */
export interface PageOptions {
  readonly title: string;
  /** A summary in a few sentences, which is read first and often alone. */
  readonly lead: Html;
  readonly sections: readonly Section[];
  readonly footer?: Html;
  /** Language of the text. Default `en`. */
  readonly language?: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The page as text. */
export function page({ title, lead, sections, footer, language = 'en' }: PageOptions): string {
  const contents = html`<nav aria-label="Contents"><ul>${sections.map(
    ({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`,
  )}</ul></nav>`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header><h1>${title}</h1>${lead}${sections.length > 2 && contents}</header>
<main id="content">
${sections.map(
  ({ id, heading, body }) => html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${body}
</section>
`,
)}</main>
${footer && html`<footer>${footer}</footer>`}
</body>
</html>
`.html;
}
