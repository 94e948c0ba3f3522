// The evaluate room: the paper's protocol on a folder of photos, with controls, intervals and a report.
export type { Arm } from './arms.ts';
export { armsHelp, parseArms } from './arms.ts';
export type { EvaluateOptions, Evaluation, EvaluationProgress } from './evaluate.ts';
export { evaluate } from './evaluate.ts';
export type { PlanOptions } from './make-plan.ts';
export type { ListedPhoto, ListOptions, Problem } from './photo-list.ts';
export type { EditSettings, Plan, PlannedPhoto } from './plan.ts';
export type { Masks } from './prepare-photo.ts';
export type { ResourceOptions } from './resources.ts';
export type { Cost, Figures, ResultLine } from './results.ts';
export type { SetFigures } from './set-figures.ts';
export type { Estimates, Summary, SummaryRow, WorstCase } from './summary.ts';
export { summarise } from './summary.ts';
export { costTable, paperTable, purifierTable, qualityTable } from './tables.ts';
