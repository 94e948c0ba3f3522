// The evaluate room: the paper's protocol on a folder of photos, with controls, intervals and a report.
export { type Arm, armsHelp, parseArms } from './arms.ts';
export { type EvaluateOptions, type Evaluation, type EvaluationProgress, evaluate } from './evaluate.ts';
export type { Problem } from './photo-list.ts';
export type { Masks } from './prepare-photo.ts';
export type { ResultLine } from './results.ts';
export type { Summary } from './summary.ts';
export { paperTable } from './tables.ts';
