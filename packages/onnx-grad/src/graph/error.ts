/** What went wrong while a graph was built, read, differentiated or planned. */
export type GraphErrorCode =
  | 'shape'
  | 'dtype'
  | 'attribute'
  | 'operator'
  | 'name'
  | 'no-gradient'
  | 'format'
  | 'budget';

/**
 * The one error class of this package. The message names the operator and node, what is wrong, what was given and, if
 * possible, what to do.
 */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code: GraphErrorCode;
  /** For `budget`: the smallest budget that is enough, in bytes. */
  readonly bytes?: number;

  constructor(code: GraphErrorCode, message: string, options: { cause?: unknown; bytes?: number } = {}) {
    const { bytes, ...rest } = options;
    super(message, rest);
    this.code = code;
    if (bytes !== undefined) this.bytes = bytes;
  }
}
