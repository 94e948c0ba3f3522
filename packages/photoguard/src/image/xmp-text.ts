/*
 * Changing an XMP packet by cuts: stretches of its text go, and every other byte stays what it was, which no reading and
 * rewriting of RDF would promise. An XML parser says where the stretches are.
 */

/** A stretch of the packet's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The text without some stretches; those that begin within another go with it. `ranges` are in the order of the text. */
export function cut(text: string, ranges: readonly Range[]): string {
  let result = '';
  let at = 0;
  for (const { start, end } of ranges) {
    if (start >= text.length) break;
    if (start < at) continue;
    result += text.slice(at, start);
    at = end;
  }
  return result + text.slice(at);
}

/** Where an attribute is in the tag that lies at `tag`, with the space before it. */
export function attributeRange(text: string, tag: Range, name: string): Range {
  const escaped = name.replace(/[.]/g, '\\.');
  const found = new RegExp(`\\s${escaped}\\s*=\\s*("[^"]*"|'[^']*')`).exec(text.slice(tag.start, tag.end))!;
  const start = tag.start + found.index;
  return { start, end: start + found[0].length };
}
