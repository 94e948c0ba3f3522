// What is going on with a photo, or with a question to the worker.
import type { Step } from '../protecting/messages.ts';
import type { Texts } from './catalogue.ts';

/** With the size of what is fetched: `Loading networks (10 MB)`. */
export function phaseText({ phase }: Texts, step: Step | undefined): string {
  const name = phase[step?.phase ?? 'reading'];
  return step?.bytes === undefined ? name : `${name} (${Math.round(step.bytes / 1e6)} MB)`;
}
