// Programs of a prediction by the number of branches that guidance compares in it: one without guidance, two, or three
// where the photo is guided to as well.

/** Their names, from one branch to three. */
export const PREDICTIONS = ['plain', 'guided', 'guided twice'] as const;

/** One of them. */
export type Prediction = (typeof PREDICTIONS)[number];

/** How many branches a program has. */
export const countBranches = (program: Prediction): number => PREDICTIONS.indexOf(program) + 1;
