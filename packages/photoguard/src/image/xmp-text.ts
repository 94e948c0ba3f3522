/*
 * Changes an XMP packet only by cutting out ranges of its text, so that every other byte stays the same, which parsing
 * and rewriting RDF could not promise. An XML parser finds the ranges.
 */

/** A range of the packet's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The text without some ranges, which are in the order of the text; a range that begins inside another is removed with
 * it.
 */
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

/** The range of an attribute in the tag at `tag`, including the space before it. */
export function attributeRange(text: string, tag: Range, name: string): Range {
  const escaped = name.replace(/[.]/g, '\\.');
  const found = new RegExp(`\\s${escaped}\\s*=\\s*("[^"]*"|'[^']*')`).exec(text.slice(tag.start, tag.end))!;
  const start = tag.start + found.index;
  return { start, end: start + found[0].length };
}
