// The editing room: a pipeline that edits photos, and the path that a latent takes through it.
export { type Conditioning, chooseConditioning } from './conditioning/conditioning.ts';
export { findPhotoWay, settleStrength } from './conditioning/photo.ts';
export type { PhotoWay } from './conditioning/photo-way.ts';
export type { Prompts } from './conditioning/prompts.ts';
export type { Edited, PreparedEdit, Run } from './edit.ts';
export type { EditOptions, HeightWidth, XLWording } from './edit-options.ts';
export { type EditPlan, type EditProgram, planEdit } from './edit-plan.ts';
export { Editor, type EditorOptions } from './editor.ts';
export { decodeLatent, encodeGraph, latentShape, predictionGraph, writePrediction } from './graphs.ts';
export { atPosteriorMean, type EditNoise, seededNoise } from './noise.ts';
export { PREDICTIONS, type Prediction } from './predictions.ts';
export { PromptGain, promptGainBytes } from './prompt-gain.ts';
export { modelInput, pullBack, pullBackStart } from './trajectory.ts';
export { writtenOnce } from './written-once.ts';
