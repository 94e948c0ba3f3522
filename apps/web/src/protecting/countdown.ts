// Seconds until a photo is done, from what its gradients and those of photos before it took. What comes after the last
// gradient (rounding within the visibility, writing, measuring) costs as much as some gradients do; how many is learned from
// each photo that is finished. People see an estimate that moves slowly: it counts down, and takes in what is new by and by.

/** What comes after the last gradient, in gradients, before any photo has shown it. */
const FIRST_AFTER = 12;
/** Share of a new estimate that is taken in at once. */
const TAKEN_IN = 0.3;

/** What photos so far have taught. */
export class Costs {
  #after = FIRST_AFTER;

  /** What comes after the last gradient, in gradients. */
  get after(): number {
    return this.#after;
  }

  /** A photo is finished. */
  learn(after: number): void {
    if (Number.isFinite(after) && after > 0) this.#after = after;
  }
}

/** The estimate for one photo. Times are in seconds, on any clock. */
export class Countdown {
  readonly #costs: Costs;
  #end: number | undefined;
  #first: { readonly at: number; readonly gradient: number } | undefined;
  #pace: number | undefined;
  #lastGradient: number | undefined;

  constructor(costs: Costs) {
    this.#costs = costs;
  }

  /** Seconds left after a gradient, from 1; undefined after the first, which also loaded its program. */
  gradient(gradient: number, gradients: number, now: number): number | undefined {
    this.#lastGradient = now;
    if (!this.#first) {
      this.#first = { at: now, gradient };
      return undefined;
    }
    this.#pace = (now - this.#first.at) / (gradient - this.#first.gradient);
    return this.#toward(now + this.#pace * (gradients - gradient + this.#costs.after), now);
  }

  /** Seconds left when a share of what comes after the last gradient is done. */
  after(share: number, now: number): number | undefined {
    if (this.#lastGradient === undefined || this.#pace === undefined) return undefined;
    const gone = now - this.#lastGradient;
    const whole = share > 0 ? gone / share : Math.max(this.#pace * this.#costs.after, gone);
    return this.#toward(this.#lastGradient + whole, now);
  }

  /** The photo is done. */
  finish(now: number): void {
    if (this.#pace !== undefined) this.#costs.learn((now - this.#lastGradient!) / this.#pace);
  }

  #toward(end: number, now: number): number {
    this.#end = this.#end === undefined ? end : this.#end + TAKEN_IN * (end - this.#end);
    return Math.max(0, this.#end - now);
  }
}
