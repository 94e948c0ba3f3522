// A photo on the page: its file, how far it is, and what became of it.
import type { Failure, Protected, Step } from '../protecting/messages.ts';
import type { Stroke } from '../protecting/spare.ts';

const EXTENSIONS = { png: 'png', webp: 'webp', jpeg: 'jpg' } as const;

/** See the head of this file. */
export class PagePhoto {
  readonly id: number;
  readonly file: File;
  /** Of the original, for the page's own pictures. */
  readonly url: string;
  state = $state<'waiting' | 'working' | 'done' | 'failed'>('waiting');
  step = $state.raw<Step>();
  result = $state.raw<Protected>();
  resultUrl = $state<string>();
  failure = $state.raw<Failure>();
  /** What is spared or favoured. */
  strokes = $state.raw<readonly Stroke[]>([]);
  /** Whether the result was given out. */
  saved = false;

  constructor(id: number, file: File) {
    this.id = id;
    this.file = file;
    this.url = URL.createObjectURL(file);
  }

  /** The result's name: `holiday.jpg` becomes `holiday.immunized.png`, as the command names it. */
  get resultName(): string {
    const stem = this.file.name.replace(/\.[^.]*$/, '') || 'photo';
    return `${stem}.immunized.${EXTENSIONS[this.result?.format ?? 'png']}`;
  }

  /** Takes the result. */
  finish(result: Protected): void {
    this.result = result;
    this.resultUrl = URL.createObjectURL(result.file);
    this.state = 'done';
  }

  /** Takes a failure. */
  fail(failure: Failure): void {
    this.failure = failure;
    this.state = 'failed';
  }

  /** Back to the queue. */
  reset(): void {
    this.step = undefined;
    this.failure = undefined;
    this.state = 'waiting';
  }

  /** Frees its pictures. */
  close(): void {
    URL.revokeObjectURL(this.url);
    if (this.resultUrl !== undefined) URL.revokeObjectURL(this.resultUrl);
  }
}
