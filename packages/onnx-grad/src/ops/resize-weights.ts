// Resizing along one axis is a matrix: row j holds the weights with which each input element enters output element j.
// The matrices follow ONNX's Resize (opset 19 and later); with `antialias` they are those of Pillow.
import { GraphError } from '../graph/error.ts';

/** How one axis is resized. */
export interface AxisResize {
  /** Sizes of the axis before and after. */
  readonly input: number;
  readonly output: number;
  /** output / input, or the factor that the caller gave. */
  readonly scale: number;
  readonly mode: 'nearest' | 'linear' | 'cubic';
  /** ONNX's coordinate_transformation_mode. */
  readonly coordinates: string;
  /** ONNX's nearest_mode. */
  readonly nearest: string;
  /** The a of Keys' cubic: -0.5 in Pillow, -0.75 in PyTorch without antialias and in ONNX. */
  readonly cubicA: number;
  /** Widen the filter when shrinking. */
  readonly antialias: boolean;
  /** Drop taps beyond the edges and renormalise, rather than repeat the edge. Always so with antialias. */
  readonly excludeOutside: boolean;
  /** The part of the axis that tf_crop_and_resize takes, as shares of the way from its first element to its last. */
  readonly crop?: readonly [number, number];
}

/**
 * Rows of weights, [output][input]; zeros where a crop reaches beyond the input. @throws GraphError for an unknown mode
 */
export function resizeWeights(axis: AxisResize): Float64Array[] {
  return Array.from({ length: axis.output }, (_, j) => {
    const row = new Float64Array(axis.input);
    if (isOutside(axis, j)) return row;
    if (axis.mode === 'nearest') row[nearestIndex(axis, j)] = 1;
    else if (axis.antialias) fillAntialiased(row, axis, j);
    else fillInterpolated(row, axis, j);
    return row;
  });
}

/** Input index of output element j in mode nearest. ONNX Runtime computes it in float32, and so does this. */
export function nearestIndex(axis: AxisResize, j: number): number {
  const x = Math.fround(sourceCoordinate(axis, j, Math.fround));
  const index = {
    round_prefer_floor: Math.ceil(x - 0.5),
    round_prefer_ceil: Math.floor(x + 0.5),
    floor: Math.floor(x),
    ceil: Math.ceil(x),
  }[axis.nearest];
  if (index === undefined) throw new GraphError('attribute', `nearest_mode ${axis.nearest} is not known`);
  return Math.min(Math.max(index, 0), axis.input - 1);
}

/** Whether output element j is beyond the input, possible only for tf_crop_and_resize. */
export function isOutside(axis: AxisResize, j: number): boolean {
  if (axis.coordinates !== 'tf_crop_and_resize') return false;
  const x = Math.fround(sourceCoordinate(axis, j, Math.fround));
  return x < 0 || x > axis.input - 1;
}

const exact = (x: number): number => x;

// Where output element j lies in the input; pixel centres are at whole numbers.
function sourceCoordinate(
  { coordinates, scale, input, output, crop = [0, 1] }: AxisResize,
  j: number,
  round = exact,
): number {
  const half = (): number => round(round(j + 0.5) / round(scale)) - 0.5;
  switch (coordinates) {
    case 'half_pixel':
      return half();
    case 'half_pixel_symmetric':
      return (input / 2) * (1 - output / (input * scale)) + half();
    case 'pytorch_half_pixel':
      return output > 1 ? half() : 0;
    case 'align_corners':
      return output === 1 ? 0 : round(j * (input - 1)) / (output - 1);
    case 'tf_crop_and_resize': {
      const [start, end] = crop.map(round) as [number, number];
      if (output === 1) return round(0.5 * round(start + end) * (input - 1));
      return round(round(start * (input - 1)) + round(round(j * round(end - start)) * (input - 1)) / (output - 1));
    }
    case 'asymmetric':
      return round(j / round(scale));
    default:
      throw new GraphError('attribute', `coordinate_transformation_mode ${coordinates} is not known`);
  }
}

const linear = (t: number): number => Math.max(0, 1 - Math.abs(t));

// Keys 1981: interpolating cubic with parameter a.
function cubic(t: number, a: number): number {
  const x = Math.abs(t);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0;
}

function fillInterpolated(row: Float64Array, axis: AxisResize, j: number): void {
  const { input, mode, cubicA, excludeOutside } = axis;
  const x = sourceCoordinate(axis, j);
  const [reach, first] = [mode === 'linear' ? 1 : 2, Math.floor(x)];
  for (let i = first - reach + 1; i <= first + reach; i++) {
    if (excludeOutside && mode === 'cubic' && (i < 0 || i >= input)) continue;
    row[Math.min(Math.max(i, 0), input - 1)]! += mode === 'linear' ? linear(x - i) : cubic(x - i, cubicA);
  }
  if (excludeOutside && mode === 'cubic') normalize(row);
}

function fillAntialiased(row: Float64Array, axis: AxisResize, j: number): void {
  const { input, mode, cubicA, scale } = axis;
  const stretch = Math.max(1, 1 / scale);
  const x = sourceCoordinate(axis, j);
  const support = (mode === 'linear' ? 1 : 2) * stretch;
  const first = Math.max(0, Math.ceil(x - support));
  const last = Math.min(input - 1, Math.floor(x + support));
  for (let i = first; i <= last; i++) {
    const t = (x - i) / stretch;
    row[i] = mode === 'linear' ? linear(t) : cubic(t, cubicA);
  }
  normalize(row);
}

function normalize(row: Float64Array): void {
  const sum = row.reduce((a, b) => a + b, 0);
  if (sum !== 0) for (let i = 0; i < row.length; i++) row[i]! /= sum;
}
