// How wide text is on a terminal, and how it is made to fit. East Asian characters and emoji take two columns,
// combining accents none. Text is cut between characters as people see them.

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const NONE = /^[\p{M}\p{Cf}\p{Cc}]*$/u;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
/** East Asian Width W and F, by their blocks. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;

const characters = (text: string): string[] => Array.from(segments.segment(text), ({ segment }) => segment);

const columnsOfOne = (character: string): number =>
  NONE.test(character) ? 0 : EMOJI.test(character) || WIDE.test(character) ? 2 : 1;

/** Width of a text in columns. */
export const countColumns = (text: string): number =>
  characters(text).reduce((sum, character) => sum + columnsOfOne(character), 0);

/** The beginning of a text, as much as fits. */
export function cutTo(text: string, columns: number): string {
  let left = columns;
  let kept = '';
  for (const character of characters(text)) {
    left -= columnsOfOne(character);
    if (left < 0) break;
    kept += character;
  }
  return kept;
}

/** The text, or if it is too long its two ends around an ellipsis: the most useful parts of a path. */
export function shortenedTo(text: string, columns: number): string {
  if (countColumns(text) <= columns) return text;
  const head = cutTo(text, Math.floor((columns - 1) / 2));
  const backwards = characters(text).reverse();
  let left = columns - 1 - countColumns(head);
  let tail = '';
  for (const character of backwards) {
    left -= columnsOfOne(character);
    if (left < 0) break;
    tail = character + tail;
  }
  return `${head}…${tail}`;
}
