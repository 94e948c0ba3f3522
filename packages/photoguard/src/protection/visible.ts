// How visible a change is, in grades for which people have words: what is seen of it at an ordinary screen.
// docs/protection.md says how they were found.

/** Mean FLIP below which a change is not to be seen, hard to see, and seen when looked for; above, it is plain to see. */
export const VISIBLE_BELOW = [0.05, 0.08, 0.11] as const;

/** The grade of a mean FLIP: 0 is not to be seen, 3 plain to see. */
export const visibleGrade = (flip: number): 0 | 1 | 2 | 3 =>
  VISIBLE_BELOW.filter((below) => flip >= below).length as 0 | 1 | 2 | 3;
