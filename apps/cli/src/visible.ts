// How visible a change is, in a word: what people see of it at an ordinary screen. docs/protection.md says how the words
// were found.

/** Words, each for mean FLIP below a figure. */
const WORDS = [
  [0.05, 'not to be seen'],
  [0.08, 'hard to see'],
  [0.11, 'seen when looked for'],
  [Number.POSITIVE_INFINITY, 'plain to see'],
] as const;

/** A word for mean FLIP. */
export const visibleWord = (flip: number): string => WORDS.find(([below]) => flip < below)![1];
