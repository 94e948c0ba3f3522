// Whether a purifier's program fits the memory that it may take: purifiers see the picture at its own size where no other
// is named, and at the size of a photo a program may take more than there is.
import { type Graph, planMemory } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import { EXCHANGED_BYTES } from '../runtime/index.ts';
import type { PurifierContext } from './purifier.ts';

/** @throws PhotoGuardError `memory`, with the bytes that would do, for a program over the context's limit */
export function requireRoom({ memory }: PurifierContext, name: string, size: Size, graph: Graph): void {
  if (memory === undefined) return;
  requireBytes(memory, name, size, planMemory(graph).bytes);
}

/** The same where the bytes of the programs are known. */
export function requireBytes(memory: number | undefined, name: string, { width, height }: Size, bytes: number): void {
  const needed = bytes + EXCHANGED_BYTES * width * height;
  if (memory === undefined || needed <= memory) return;
  const megabytes = (count: number): string => `${Math.ceil(count / 1e6)} MB`;
  throw new PhotoGuardError(
    'memory',
    `${name} at ${width}x${height} needs ${megabytes(needed)} of memory for its model`,
    {
      got: megabytes(memory),
      hint: 'give it a smaller side, or more --memory',
      bytes: needed,
    },
  );
}
