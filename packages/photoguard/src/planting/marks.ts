// What can be planted: marks that photos carry. One is written by a key; the other is a protection itself, as the embedded
// immunizer makes it in one pass.
import { GraphBuilder } from 'onnx-grad';
import { shareByActivity } from '../attacks/index.ts';
import { addDelta, type Pixels8, toImage01 } from '../image/index.ts';
import type { Immunizer } from '../models/index.ts';
import type { Program, Runtime } from '../runtime/index.ts';
import type { Place, Trigger } from '../trigger/index.ts';
import { toSigned } from '../view/index.ts';

/** A mark. */
export interface Mark {
  /** What people call it. */
  readonly name: string;
  /** A part of a photo with the mark. @param strength factor of its usual size */
  write(part: Pixels8, place: Place, strength: number): Promise<Pixels8>;
}

/** The mark of a key. */
export const keyedMark = (trigger: Trigger): Mark => ({
  name: `key ${trigger.id}`,
  write: async (part, place, strength) => trigger.write(part, { place, strength }),
});

/** Root-mean-square size of the change of an immunization, that of the recipe `protect`; of 1. */
const IMMUNIZED = 4.9 / 255;
const LEAST = 1e-12;

/** Immunization as a mark. Its programs are the runtime's, one for each size of a part. */
export function immunizedMark(immunizer: Immunizer, runtime: Runtime): Mark {
  const programs = new Map<number, Promise<Program>>();
  const load = (side: number): Promise<Program> => {
    const g = new GraphBuilder('immunize');
    const image = g.input('image', 'float32', [1, 3, side, side]);
    g.output('change', immunizer.change(g, toSigned(g, image)));
    return runtime.load(g.build());
  };
  return {
    name: 'immunization',
    async write(part, _, strength) {
      const program = programs.get(part.width) ?? load(part.width);
      programs.set(part.width, program);
      const { change } = await (await program).run({ image: toImage01(part).data });
      const shares = shareByActivity(part);
      const delta = (change as Float32Array).map((value, i) => value * shares[i % shares.length]!);
      const square = delta.reduce((sum, value) => sum + value * value, 0) / delta.length;
      return addDelta(part, delta, { factor: (strength * IMMUNIZED) / Math.sqrt(square + LEAST), dither: true });
    },
  };
}
