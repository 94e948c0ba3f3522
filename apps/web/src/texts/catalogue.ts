// What a catalogue has: all that the page says, in one language.
import type { ErrorCode } from 'photoguard/errors';
import type { Step } from '../protecting/messages.ts';
import type { Means } from '../report/figures.ts';

/** A catalogue. Functions get what is different each time. */
export interface Texts {
  readonly language: string;
  readonly title: string;
  readonly lead: string;
  readonly privacy: string;
  readonly check: { readonly title: string; readonly steps: readonly string[] };
  readonly offlineOnly: string;
  readonly offlineReady: string;
  readonly photos: string;
  readonly drop: string;
  readonly formats: string;
  readonly camera: string;
  readonly protect: string;
  readonly stop: string;
  readonly saveAll: string;
  readonly saveFolder: string;
  /** Saving all failed. */
  readonly notSaved: string;
  readonly clear: string;
  readonly results: string;
  readonly save: string;
  readonly look: string;
  readonly again: string;
  readonly remove: string;
  readonly waiting: string;
  readonly phase: { readonly [phase in Step['phase']]: string };
  readonly left: (seconds: number) => string;
  readonly done: (seconds: number) => string;
  readonly failed: string;
  readonly errors: { readonly [code in ErrorCode | 'unknown']?: string };
  readonly summary: (done: number, failed: number, all: number) => string;
  readonly allLeft: (seconds: number) => string;
  readonly oneThread: string;
  /** Results cannot be kept over a reload. */
  readonly notKept: string;
  readonly settingsWrong: string;
  readonly settingsGiven: (text: string) => string;
  readonly choose: {
    readonly title: string;
    readonly visibility: string;
    readonly levels: { readonly [level in 'unseen' | 'low' | 'medium' | 'strong']: string };
    readonly recipe: string;
    readonly recipes: { readonly [recipe in 'protect' | 'quick' | 'instant']: string };
    readonly spaces: string;
    readonly format: string;
    readonly formats: { readonly [format in 'png' | 'webp' | 'jpeg']: string };
    readonly lossy: string;
    readonly size: string;
    readonly sizes: { readonly [size in 'upload:1024' | 'fit:768' | 'fit:512']: string };
    readonly seed: string;
    readonly link: string;
  };
  readonly proof: {
    readonly title: string;
    readonly space: string;
    readonly conditions: readonly string[];
    /** Means over the spaces, 0 to 1, by condition: of the protection, and of noise. */
    readonly verdict: (moved: Means, noise: Means) => string;
    readonly explain: string;
    readonly noise: (value: string) => string;
    readonly visible: readonly [unseen: string, hard: string, looked: string, plain: string];
    readonly judge: string;
    readonly judgeItself: string;
    readonly judgeUnknown: string;
    /** Of a result that is a JPEG. */
    readonly lossy: string;
    readonly change: (levels: number, psnr: string) => string;
    readonly how: (
      gradients: number,
      seconds: number,
      device: string,
      threads: number,
      width: number,
      height: number,
    ) => string;
    readonly kept: (kinds: string) => string;
    readonly not: { readonly title: string; readonly points: readonly string[] };
    readonly editors: { readonly [space: string]: string };
  };
  readonly report: {
    readonly html: string;
    readonly json: string;
    readonly title: (name: string) => string;
    readonly moved: string;
    readonly change: string;
    readonly made: string;
    readonly notes: string;
    readonly judges: string;
    readonly file: string;
  };
  readonly audit: {
    readonly title: string;
    readonly about: string;
    readonly photo: string;
    readonly original: string;
    readonly start: string;
    readonly found: (name: string) => string;
    readonly standing: { readonly [standing in 'holds' | 'weak' | 'none']: string };
    readonly withoutOriginal: string;
    readonly noJudge: string;
    readonly noRecord: string;
    readonly badRecord: string;
    readonly record: (tool: string, attack: string, visibility: string, models: string) => string;
    readonly details: (recipe: string, seed: number, width: number, height: number) => string;
    readonly matches: string;
    readonly differs: string;
    readonly claim: string;
  };
  readonly spare: {
    readonly open: string;
    readonly title: (name: string) => string;
    readonly about: string;
    readonly stage: string;
    readonly wish: string;
    readonly wishes: { readonly [wish in 'spare' | 'favour']: string };
    readonly brush: string;
    readonly undo: string;
    readonly count: (strokes: number) => string;
  };
  readonly hub: {
    readonly title: string;
    readonly about: (host: string) => string;
    readonly offline: string;
    readonly fetch: (megabytes: string, host: string) => string;
    readonly here: string;
    readonly failed: string;
    readonly network: string;
    readonly networks: { readonly [name: string]: string };
  };
  readonly preview: {
    readonly open: string;
    readonly title: (name: string) => string;
    readonly about: string;
    readonly across: string;
    readonly down: string;
  };
  readonly sees: { readonly condition: string; readonly about: string };
  readonly edit: {
    readonly about: string;
    readonly prompt: string;
    readonly strength: string;
    readonly start: string;
  };
  readonly view: {
    readonly title: (name: string) => string;
    readonly close: string;
    readonly mode: string;
    readonly modes: { readonly [mode in 'slider' | 'difference' | 'flip' | 'sees' | 'edit']: string };
    readonly ofOriginal: string;
    readonly ofProtected: string;
    readonly zoom: string;
    readonly fit: string;
    readonly divider: string;
    readonly before: string;
    readonly after: string;
    readonly difference: string;
    readonly flip: string;
    readonly computing: string;
  };
}
