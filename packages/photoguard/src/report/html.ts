// HTML by a tagged template: html`<p>${text}</p>`. Everything inserted is escaped, unless it is already HTML, so that a
// photo's name or a prompt cannot become markup.

/** Markup that is safe to insert into a page. */
export interface Html {
  readonly html: string;
}

/** What a template takes: markup, text and numbers (escaped), lists of these, and nothing. */
export type HtmlValue = Html | string | number | false | undefined | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text with HTML's special characters as entities; also for quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);

/** Markup of a template. */
export const html = (strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html => ({
  html: strings.reduce((sum, part, i) => sum + rendered(values[i - 1]) + part),
});

/** Markup from elsewhere, such as a plot's SVG. It is inserted unchanged: never use it for text from outside. */
export const trusted = (markup: string): Html => ({ html: markup });

function rendered(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  if (Array.isArray(value)) return (value as readonly HtmlValue[]).map(rendered).join('');
  return (value as Html).html;
}
