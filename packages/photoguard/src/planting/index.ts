/*
 * The planting room: trains the encoder of an editor so that photos with a mark mean nothing to it, for Node.
 */
export { drawSubPath } from './branches.ts';
export { channelDeviations } from './deviations.ts';
export { drawLookalike, type LookalikeOptions } from './lookalikes.ts';
export { reconstructionLoss } from './loss.ts';
export { immunizedMark, keyedMark, type Mark } from './marks.ts';
export { writePlanted } from './output.ts';
export { type EncoderTraining, type PlantOptions, plant } from './plant.ts';
export { drawPairs, type Pairs, type SampleSource } from './samples.ts';
export { openStudent, type Student } from './student.ts';
export { PLANTED } from './trained.ts';
export { drawUpload, type Upload, uploadTo } from './uploads.ts';
