/// <reference types="svelte" />
/// <reference types="vite/client" />

/** The version of the project, set by vite.config.ts. */
declare const __VERSION__: string;

/** Weights that are a file of the page. */
interface WeightsOfPage {
  readonly name: string;
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly url: string;
  /** The config.json of the model. */
  readonly config: unknown;
}

declare module 'omggif' {
  /** Reads a GIF: what is used here of it. */
  export class GifReader {
    constructor(file: Uint8Array);
    readonly width: number;
    readonly height: number;
    numFrames(): number;
    decodeAndBlitFrameRGBA(frame: number, pixels: Uint8Array): void;
  }
}

declare module 'virtual:surrogates' {
  /** The embedded surrogates: see build/surrogates.ts. */
  export const SURROGATES: readonly WeightsOfPage[];
}

declare module 'virtual:immunizer' {
  /** The embedded immunizer: see build/immunizer.ts. */
  export const IMMUNIZER: WeightsOfPage;
}

declare module 'virtual:hub' {
  /** The hub whose models the page offers: see build/hub.ts. */
  export const HUB: {
    readonly origin: string;
    readonly models: readonly {
      /** `org/name`. */
      readonly id: string;
      /** That have its latent space, for people. */
      readonly editors: string;
      /** Of the weights in it. */
      readonly path: string;
      readonly bytes: number;
      /** Hex. */
      readonly sha256: string;
      /** The config.json of the model. */
      readonly config: unknown;
    }[];
  };
}

declare module 'virtual:mini' {
  /** The embedded editor: see build/mini.ts. */
  export const MINI: {
    readonly vae: WeightsOfPage;
    readonly unet: WeightsOfPage;
    readonly text_encoder: WeightsOfPage;
    readonly scheduler: unknown;
    readonly definition: object;
    readonly tokenizer: Readonly<Record<string, unknown>>;
    readonly specialTokens: Readonly<Record<string, unknown>>;
  };
}
