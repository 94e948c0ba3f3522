// The one list of operators. An operator that is not here does not exist for this package.

import { qualifiedName } from '../graph/graph.ts';
import { AffineGrid } from './affine-grid.ts';
import * as arithmetic from './arithmetic.ts';
import { AveragePool, GlobalAveragePool, GlobalMaxPool } from './average-pool.ts';
import { BatchNormalization } from './batch-normalization.ts';
import { Clip } from './clip.ts';
import * as compare from './compare.ts';
import { Conv } from './conv.ts';
import { ConvTranspose } from './conv-transpose.ts';
import { CumSum } from './cumsum.ts';
import { DepthToSpace, SpaceToDepth } from './depth-to-space.ts';
import { Dropout } from './dropout.ts';
import { Einsum } from './einsum.ts';
import * as elu from './elu.ts';
import { Max, Min } from './extremes.ts';
import { DFT, STFT } from './fourier.ts';
import { Gather, GatherElements, GatherND } from './gather.ts';
import { Gelu, QuickGelu } from './gelu.ts';
import { GridSample } from './grid-sample.ts';
import { GroupNormSilu } from './group-norm-silu.ts';
import { GroupNormalization, InstanceNormalization } from './group-normalization.ts';
import { LayerNormalization } from './layer-normalization.ts';
import * as layout from './layout.ts';
import { LRN } from './local-response.ts';
import { NegativeLogLikelihoodLoss, SoftmaxCrossEntropyLoss } from './losses.ts';
import { Gemm, MatMul } from './matmul.ts';
import { MaxPool } from './max-pool.ts';
import { Mean, Sum } from './nary.ts';
import type { Operator } from './operator.ts';
import { Pad } from './pad.ts';
import { LeakyRelu, PRelu, Relu, ThresholdedRelu } from './rectifier.ts';
import { GRU, LSTM, RNN } from './recurrent.ts';
import * as reduce from './reduce.ts';
import { Resize } from './resize.ts';
import * as rounding from './rounding.ts';
import { ScatterElements, ScatterND } from './scatter.ts';
import { EyeLike, OneHot, TopK } from './selection.ts';
import * as shapes from './shape-arithmetic.ts';
import { Concat, Slice } from './slice.ts';
import { LogSoftmax, Softmax } from './softmax.ts';
import { Split } from './split.ts';
import { Tile } from './tile.ts';
import * as trigonometry from './trigonometry.ts';
import { Trilu } from './trilu.ts';
import * as unary from './unary.ts';

const { Add, Sub, Mul, Div, Pow, Neg } = arithmetic;
const { Greater, GreaterOrEqual, Less, LessOrEqual, Equal, And, Or, Not, Where, Cast, Identity } = compare;
const { Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Expand } = layout;
const {
  ReduceSum,
  ReduceMean,
  ReduceSumSquare,
  ReduceL1,
  ReduceL2,
  ReduceLogSumExp,
  ReduceMax,
  ReduceMin,
  ReduceProd,
} = reduce;
const { Elu, Selu, Mish, Softsign, HardSigmoid, HardSwish } = elu;
const { Floor, Ceil, Round, Sign, Mod, StopGradient } = rounding;
const { Tan, Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh } = trigonometry;
const { Reciprocal, Sqrt, Exp, Log, Abs, Sin, Cos, Erf, Tanh, Sigmoid, Softplus } = unary;
const { ShapeOf, Size, ConstantOfShape, Range, NonZero, ArgMax, ArgMin, IsNaN, IsInf } = shapes;

const LIST: readonly Operator[] = [
  ...[Add, Sub, Mul, Div, Pow, Neg],
  ...[Reciprocal, Sqrt, Exp, Log, Abs, Sin, Cos, Erf, Tanh, Sigmoid, Softplus, Relu, LeakyRelu],
  ...[Tan, Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh, LRN, TopK, OneHot, EyeLike],
  ...[RNN, GRU, LSTM, GridSample, AffineGrid, DFT, STFT],
  ...[Greater, GreaterOrEqual, Less, LessOrEqual, Equal, And, Or, Not, Where, Cast, Identity],
  ...[Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Expand, Slice, Pad, Concat],
  ...[ReduceSum, ReduceMean, ReduceSumSquare, ReduceL1, ReduceL2, ReduceLogSumExp, ReduceMax, ReduceMin, ReduceProd],
  ...[Softmax, LogSoftmax, Max, Min, Sum, Mean, Clip, CumSum],
  ...[Gelu, QuickGelu, Elu, Selu, Mish, Softsign, HardSigmoid, HardSwish, PRelu, ThresholdedRelu],
  ...[Floor, Ceil, Round, Sign, Mod, StopGradient, Dropout],
  ...[GroupNormalization, InstanceNormalization, LayerNormalization, BatchNormalization],
  ...[Split, Tile, Gather, GatherElements, GatherND, ScatterElements, ScatterND, Trilu],
  ...[AveragePool, GlobalAveragePool, GlobalMaxPool, MaxPool, Resize, DepthToSpace, SpaceToDepth],
  ...[ConvTranspose, Einsum],
  ...[ShapeOf, Size, ConstantOfShape, Range, NonZero, ArgMax, ArgMin, IsNaN, IsInf],
  ...[Conv, MatMul, Gemm, GroupNormSilu, NegativeLogLikelihoodLoss, SoftmaxCrossEntropyLoss],
];

/** Every operator by its name, qualified `domain::name` outside the standard domain. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  LIST.map((operator) => [qualifiedName({ domain: operator.domain ?? '', op: operator.name }), operator]),
);
