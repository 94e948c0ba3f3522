// The editing room: a pipeline that edits photos, and the path that a latent takes through it.
export type { EditOptions } from './edit-options.ts';
export type { Edited, EditorOptions, EditProgress, PreparedEdit, Run, RunOptions } from './editor.ts';
export { Editor } from './editor.ts';
export { decodeLatent, encodeGraph, latentShape, predictionGraph, writePrediction } from './graphs.ts';
export type { Half } from './guidance.ts';
export { halvesOf } from './guidance.ts';
export { LazyPrograms } from './lazy-programs.ts';
export type { EditNoise } from './noise.ts';
export { atPosteriorMean, seededNoise } from './noise.ts';
export type { PromptGainOptions } from './prompt-gain.ts';
export { PromptGain } from './prompt-gain.ts';
export type { Repaint } from './repaint.ts';
export { repaintAll, repaintOf } from './repaint.ts';
export { textStates } from './text-states.ts';
export type { Path, Pulled, State } from './trajectory.ts';
export { advance, modelInput, needsLatent, pullBack, pullBackStart, startOf } from './trajectory.ts';
