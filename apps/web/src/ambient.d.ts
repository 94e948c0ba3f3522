/// <reference types="svelte" />
/// <reference types="vite/client" />

/** The version of the project, set by vite.config.ts. */
declare const __VERSION__: string;

declare module 'virtual:surrogates' {
  /** The embedded surrogates: see build/surrogates.ts. */
  export const SURROGATES: readonly {
    readonly name: string;
    /** Of the weights, hex. */
    readonly sha256: string;
    readonly bytes: number;
    /** Its config.json. */
    readonly config: unknown;
    /** Of the weights, a file of the page. */
    readonly url: string;
  }[];
}
