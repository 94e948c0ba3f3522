/*
 * The trigger room: marks that a provider writes into photos by a key, for models in which they are planted. No files, no
 * Node.
 */
export { carriage, THRESHOLD } from './carriage.ts';
export type { Place, Tone } from './tones.ts';
export { Trigger, type WriteOptions } from './trigger.ts';
