/*
 * The errors that people see. Each says what is wrong, what was given and what to do. The command prints this as one
 * line and turns the code into an exit status. Anything else that is thrown is a bug.
 */

/**
 * What went wrong, for programs. `usage`: the command line; `input`: an argument or option; `image`: a photo that
 * cannot be read; `model`: a loss or weights that are not finite; `checkpoint` and `config`: the files of a model;
 * `auth`, `not-found`, `rate-limit`, `offline`, `integrity`: the hub; `network`: a download; `device`: a runtime
 * device; `memory`: over the budget; `unwritable`, `no-space`: output; `aborted`: stopped on request.
 */
export type ErrorCode =
  | 'usage'
  | 'input'
  | 'image'
  | 'model'
  | 'checkpoint'
  | 'config'
  | 'auth'
  | 'not-found'
  | 'rate-limit'
  | 'offline'
  | 'integrity'
  | 'network'
  | 'device'
  | 'memory'
  | 'unwritable'
  | 'no-space'
  | 'aborted';

/**
 * Details of an error: what was given, what to do about it, what caused it, and, if a budget was too small, the
 * smallest one that is enough, in bytes.
 */
export interface ErrorDetails {
  readonly got?: string;
  readonly hint?: string;
  readonly cause?: unknown;
  readonly bytes?: number;
}

/** An error with a code and one clear line, which includes what was given and what to do where that helps. */
export class PhotoGuardError extends Error {
  override readonly name = 'PhotoGuardError';
  readonly code: ErrorCode;
  readonly got?: string;
  readonly hint?: string;
  readonly bytes?: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const { got, hint, cause, bytes } = details;
    super(
      message + (got === undefined ? '' : ` (got ${got})`) + (hint === undefined ? '' : `; ${hint}`),
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    if (got !== undefined) this.got = got;
    if (hint !== undefined) this.hint = hint;
    if (bytes !== undefined) this.bytes = bytes;
  }
}
