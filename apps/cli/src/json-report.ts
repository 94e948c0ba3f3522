// The report for programs (--json): one JSON document on standard output, however the command ends. Commands add to it
// as they go, so that one that is stopped or fails halfway still reports what is done. `errors` is always present.
import { printJson } from '#terminal';

/** What went wrong, for programs. */
export interface Failure {
  /** Code of a PhotoGuardError, or `internal` for a bug. */
  readonly code: string;
  readonly message: string;
  /** The photo that failed, if it was a photo. */
  readonly input?: string;
}

/** A document that commands fill in. */
export class JsonReport {
  /** Whether it is printed. Set once the command line is read. */
  wanted = false;
  #fields: object = {};
  readonly #errors: Failure[] = [];
  #printed = false;

  /** Adds fields; those of the same name are replaced. */
  put(fields: object): void {
    this.#fields = { ...this.#fields, ...fields };
  }

  /** Adds an error. */
  fail(problem: Failure): void {
    this.#errors.push(problem);
  }

  /** Prints the document once, if it is wanted. `atOnce`: the process is about to end. */
  print(atOnce = false): void {
    if (!this.wanted || this.#printed) return;
    this.#printed = true;
    printJson(this.document(), atOnce);
  }

  /** What there is so far. */
  document(): { readonly errors: readonly Failure[] } {
    return { ...this.#fields, errors: this.#errors };
  }
}
