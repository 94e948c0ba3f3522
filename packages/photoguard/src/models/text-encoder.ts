// An editor's text encoder as the rest of the library sees it, whatever its architecture.
import type { GraphBuilder, Value } from 'onnx-grad';

/** A text encoder's output for texts, each [N, tokens, width]. */
export interface TextStates {
  /** After the final norm: the input of most denoisers. */
  readonly last: Value;
  /** Embeddings, then the state after each layer, without the final norm. */
  readonly hidden: readonly Value[];
}

/** A text encoder that can be written into graphs. */
export interface TextEncoder {
  /** The class in its config.json. */
  readonly architecture: string;
  /** Width of its states. */
  readonly width: number;
  /** Layers; there is one more hidden state. */
  readonly layers: number;
  /** Tokens of a text, padding included. */
  readonly maxTokens: number;
  /** Tokens that it knows; ids are below this. */
  readonly vocabSize: number;
  /** Width of the embedding of a whole text; undefined where the encoder gives none. */
  readonly embeddingWidth: number | undefined;
  /** Writes the encoder of token ids [N, maxTokens], int64. @throws PhotoGuardError for missing or misshapen weights */
  encode(g: GraphBuilder, tokenIds: Value): TextStates;
  /** Writes the final norm of a hidden state, [N, tokens, width]; clip_skip applies it to an earlier one. */
  norm(g: GraphBuilder, state: Value): Value;
  /** Position of the token whose state stands for the whole text. */
  wholePosition(ids: ArrayLike<number>): number;
  /**
   * Writes the embedding of whole texts, [N, embeddingWidth], from the states after the final norm; `oneHot`
   * [N, tokens] is 1 at {@link wholePosition}. @throws PhotoGuardError for missing or misshapen weights
   */
  embedWhole(g: GraphBuilder, last: Value, oneHot: Value): Value;
}
