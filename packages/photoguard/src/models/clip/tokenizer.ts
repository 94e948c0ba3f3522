// CLIP's tokenizer: turns a prompt into ids for the text encoder, always as many as the model has positions.
// @huggingface/tokenizers splits into tokens; padding and truncation are here. A prompt that is too long is cut off,
// and the result says so: its end must not be lost silently.
import { Tokenizer } from '@huggingface/tokenizers';
import { PhotoGuardError } from '../../errors.ts';

/** A prompt as input of the text encoder. */
export interface TokenizedText {
  /** Token ids, [maxTokens]: start token, text, end token, padding. */
  readonly ids: Int32Array;
  /** Tokens of the whole text with start and end token, before truncation and padding. */
  readonly tokens: number;
  /** Whether the end of the text did not fit and was cut off. */
  readonly truncated: boolean;
}

/** What a tokenizer is made of. */
export interface CLIPTokenizerOptions {
  /** The object in tokenizer.json. */
  readonly definition: object;
  /** Positions of the text encoder: 77 in all models in use. */
  readonly maxTokens: number;
  /** The token that fills the rest; default: the end token, as in SD1. SD2 has `!`. */
  readonly padToken?: string;
  /** Its name in messages: the folder. */
  readonly label: string;
}

/** Turns prompts into token ids. */
export class CLIPTokenizer {
  readonly maxTokens: number;
  readonly startId: number;
  readonly endId: number;
  readonly padId: number;
  /** One more than the largest id that it returns. */
  readonly vocabSize: number;
  readonly #tokenizer: Tokenizer;

  /** @throws PhotoGuardError `config` if the definition is not that of a CLIP tokenizer */
  constructor({ definition, maxTokens, padToken, label }: CLIPTokenizerOptions) {
    const wrong = (what: string, cause?: unknown): PhotoGuardError =>
      new PhotoGuardError('config', `${label}: the tokenizer ${what}`, {
        hint: 'the files may be damaged, or of another kind of tokenizer: download them again',
        cause,
      });
    let empty: readonly number[];
    try {
      this.#tokenizer = new Tokenizer(definition, {});
      empty = this.#tokenizer.encode('').ids;
    } catch (cause) {
      throw wrong('cannot be read', cause);
    }
    const [startId, endId] = empty;
    if (startId === undefined || endId === undefined || empty.length !== 2)
      throw wrong('does not put a start and an end token around a text');
    const padId = padToken === undefined ? endId : this.#tokenizer.token_to_id(padToken);
    if (padId === undefined) throw wrong('does not know its own padding token');
    let largest = Math.max(startId, endId, padId);
    for (const id of this.#tokenizer.get_vocab().values()) {
      if (!Number.isInteger(id) || id < 0 || id > 0x7fff_ffff) throw wrong('has ids that are not whole numbers');
      largest = Math.max(largest, id);
    }
    this.maxTokens = maxTokens;
    this.startId = startId;
    this.endId = endId;
    this.padId = padId;
    this.vocabSize = largest + 1;
  }

  /** The ids of a prompt, which may be empty. White space is folded, letters become lower case. */
  encode(text: string): TokenizedText {
    const all = this.#tokenizer.encode(text).ids;
    const truncated = all.length > this.maxTokens;
    const ids = new Int32Array(this.maxTokens).fill(this.padId);
    ids.set(truncated ? all.slice(0, this.maxTokens) : all);
    if (truncated) ids[this.maxTokens - 1] = this.endId;
    return { ids, tokens: all.length, truncated };
  }
}
