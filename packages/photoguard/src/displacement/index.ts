/*
 * The displacement room: how far a protection moves latents, beside controls of the same size. Nothing here touches a file.
 */
export {
  type Before,
  contentNorm,
  DisplacementMeter,
  type Displacements,
  distance,
  type MeasureOptions,
  type MeterOptions,
  meterBytes,
} from './displacement.ts';
export { addNoise, lowerContrast, matchTone, rootMeanSquare } from './tone.ts';
