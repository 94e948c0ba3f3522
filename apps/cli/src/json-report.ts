// The report for programs (--json): one JSON document on standard output, however a command ends. A command puts in what
// it did as it goes, so that one that is stopped or fails halfway still says what is done; `errors` is always there.
import { printJson } from './terminal.ts';

/** What went wrong, for programs. */
export interface Failure {
  /** Code of a PhotoGuardError, or `internal` for a bug. */
  readonly code: string;
  readonly message: string;
  /** The photo that it went wrong with, where it was one. */
  readonly input?: string;
}

/** One document in the making. */
export class JsonReport {
  /** Whether it is printed. Set once the command line is read. */
  wanted = false;
  #fields: object = {};
  readonly #errors: Failure[] = [];
  #printed = false;

  /** Puts in what was done; fields of the same name are replaced. */
  put(fields: object): void {
    this.#fields = { ...this.#fields, ...fields };
  }

  /** Puts in what went wrong. */
  fail(problem: Failure): void {
    this.#errors.push(problem);
  }

  /** Prints the document, if it is wanted and was not printed yet. `atOnce`: the process is about to end. */
  print(atOnce = false): void {
    if (!this.wanted || this.#printed) return;
    this.#printed = true;
    printJson({ ...this.#fields, errors: this.#errors }, atOnce);
  }
}
