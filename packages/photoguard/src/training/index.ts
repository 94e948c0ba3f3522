// The training room: trains the weights of any graph by gradients of onnx-grad. Checkpoints that a training resumes from
// exactly, its log and its page.
export { type Beginning, beginAs } from './begin.ts';
export { loadTraining, requireFinite, saveTraining } from './checkpoint.ts';
export { Draws } from './draws.ts';
export { exportModel } from './export.ts';
export type { LiveLine, StepShown } from './live-line.ts';
export { type Curves, writeTrainingPage } from './page.ts';
export { type FirstTensor, type Initialise, Parameters } from './parameters.ts';
export { type RunOptions, type RunResult, runTraining } from './run.ts';
export { type LogLine, readLog } from './run-log.ts';
export { type StepResult, Trainer, type TrainerOptions, type TrainerState, type Weights } from './trainer.ts';
