// Who may have programs loaded. Where memory is short it is one at a time: what an attack or an editor is given then is
// all that there is, and nothing that others have loaded may come on top of it.

/** Something that loads programs when they are needed, and frees them when it is told to. */
export interface Holder {
  release(): Promise<void>;
}

/** Several that load programs in one process. */
export class Turns {
  readonly #holders: readonly Holder[];
  readonly #isShort: boolean;

  /** @param isShort whether memory holds only one of them at a time */
  constructor(holders: readonly Holder[], isShort: boolean) {
    this.#holders = holders;
    this.#isShort = isShort;
  }

  /** Gives the turn to one of them, or to something else: where memory is short, all others free what they hold. */
  async take(next?: Holder): Promise<void> {
    if (!this.#isShort) return;
    for (const holder of this.#holders) if (holder !== next) await holder.release();
  }
}
