/*
 * Fréchet distance of two sets of features, each treated as a Gaussian (Heusel et al. 2017): |mean difference|^2 + tr A
 * + tr B - 2 tr (A B)^(1/2), A and B the covariances. With Inception's features it is called FID; with others it is
 * not.
 *
 * tr (A B)^(1/2) is the sum of the square roots of the eigenvalues of A B. With centred rows X and Y, A = X'X / (n - 1)
 * and B = Y'Y / (m - 1), those square roots are the singular values of X Y' / sqrt((n - 1)(m - 1)). So no matrix root
 * is needed, and sets with fewer rows than dimensions, whose covariances are singular, work as well.
 */
import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';
import { type Features, requireSets } from './features.ts';

/**
 * Squared Fréchet distance (as FID is reported), 0 for equal sets. It depends on the number of rows: compare only sets
 * of the same size. At most as slow as a singular value decomposition of min(count, dimensions) on each side.
 * @throws PhotoGuardError `input` for sets of different dimensions, of fewer than 2 rows, or with numbers not finite
 */
export function frechetDistance(a: Features, b: Features): number {
  requireSets(a, b, 2, 'the Fréchet distance');
  const [p, q] = [fitGaussian(a), fitGaussian(b)];
  const apart = p.mean.reduce((sum, value, i) => sum + (value - q.mean[i]!) ** 2, 0);
  const product = p.factor.mmul(q.factor.transpose());
  // The decomposition needs at least as many rows as columns.
  const tall = product.rows < product.columns ? product.transpose() : product;
  const { diagonal } = new SingularValueDecomposition(tall, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  const common = diagonal.reduce((sum, value) => sum + value, 0);
  return Math.max(0, apart + p.trace + q.trace - 2 * common);
}

interface Gaussian {
  readonly mean: Float64Array;
  /** Of the covariance. */
  readonly trace: number;
  /** F with F'F the covariance, of min(count, dimensions) rows. */
  readonly factor: Matrix;
}

function fitGaussian({ count, dimensions, data }: Features): Gaussian {
  const mean = new Float64Array(dimensions);
  for (let i = 0; i < data.length; i++) mean[i % dimensions]! += data[i]! / count;
  const scale = 1 / Math.sqrt(count - 1);
  const centred = Matrix.zeros(count, dimensions);
  let trace = 0;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < dimensions; column++) {
      const value = (data[row * dimensions + column]! - mean[column]!) * scale;
      centred.set(row, column, value);
      trace += value * value;
    }
  }
  const factor = count > dimensions ? new QrDecomposition(centred).upperTriangularMatrix : centred;
  return { mean, trace, factor };
}
