// Classifier-free guidance one text after the other instead of in a batch of two: half the memory for activations, the
// same numbers. e0 + s (e1 - e0) is (1 - s) e0 + s e1, so a prediction is a weighted sum over texts, and so is its pull.
import type { Tensors } from '../runtime/index.ts';

/** One text of an edit with guidance: the conditions of a program without, and what its prediction weighs. */
export interface Half {
  readonly conditions: Tensors;
  readonly weight: number;
}

/** Both texts of the conditions of an edit with guidance. */
export function separateTexts({ text, guidance, ...rest }: Tensors): readonly [Half, Half] {
  const [states, scale] = [text as Float32Array, (guidance as Float32Array)[0]!];
  const middle = states.length / 2;
  return [
    { conditions: { ...rest, text: states.slice(0, middle) }, weight: 1 - scale },
    { conditions: { ...rest, text: states.slice(middle) }, weight: scale },
  ];
}
