/*
 * Cosines of features: what CLIP calls the similarity of two pictures, or of a picture and a text.
 */
import { PhotoGuardError } from '../errors.ts';
import { type Features, requireSets } from './features.ts';

/**
 * The cosine of row n of one set with row n of the other, in [-1, 1]; NaN for a row of zeros.
 * @throws PhotoGuardError `input` for sets of different counts or dimensions, or with numbers not finite
 */
export function rowCosines(a: Features, b: Features): Float64Array {
  requireSets(a, b, 0, 'the cosine');
  if (a.count !== b.count)
    throw new PhotoGuardError('input', 'cosines are of pairs: both sets must have the same number of rows', {
      got: `${a.count} and ${b.count}`,
    });
  const { dimensions } = a;
  return Float64Array.from({ length: a.count }, (_, row) => {
    let [dot, aa, bb] = [0, 0, 0];
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) {
      dot += a.data[i]! * b.data[i]!;
      aa += a.data[i]! * a.data[i]!;
      bb += b.data[i]! * b.data[i]!;
    }
    return dot / (Math.sqrt(aa) * Math.sqrt(bb));
  });
}
