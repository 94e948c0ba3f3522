// What the page says, in English: the catalogue that other languages follow.
import type { ErrorCode } from 'photoguard/errors';
import { seconds } from './seconds.ts';

type Means = readonly [now: number, jpeg: number, half: number];

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
  readonly clear: string;
  readonly results: string;
  readonly save: string;
  readonly look: string;
  readonly again: string;
  readonly remove: string;
  readonly waiting: string;
  readonly phase: { readonly [phase in 'reading' | 'loading' | 'protecting' | 'measuring']: string };
  readonly loadingBytes: (megabytes: string) => string;
  readonly left: (seconds: number) => string;
  readonly done: (seconds: number) => string;
  readonly failed: string;
  readonly errors: { readonly [code in ErrorCode | 'unknown']?: string };
  readonly summary: (done: number, failed: number, all: number) => string;
  readonly allLeft: (seconds: number) => string;
  readonly oneThread: string;
  readonly noStorage: string;
  readonly settingsWrong: string;
  readonly settingsGiven: (text: string) => string;
  readonly choose: {
    readonly title: string;
    readonly visibility: string;
    readonly levels: { readonly [level in 'unseen' | 'low' | 'medium' | 'strong']: string };
    readonly quick: string;
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
  readonly view: {
    readonly title: (name: string) => string;
    readonly close: string;
    readonly mode: string;
    readonly modes: { readonly [mode in 'slider' | 'difference' | 'flip']: string };
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

/** English. */
export const en: Texts = {
  language: 'English',
  title: 'PhotoGuard',
  lead: 'Changes photos slightly so that AI editors that work with diffusion models see them wrongly.',
  privacy: 'Your photos stay on this device. This page computes here, and sends nothing.',
  check: {
    title: 'How to check that',
    steps: [
      'Open the browser’s developer tools (F12) and their Network panel, then protect a photo: there are requests for this page’s own files, and none that carries data away.',
      'Or load the page, disconnect from the network, and protect a photo then.',
      'The page’s Content-Security-Policy forbids requests to anybody but its own server; the browser enforces it.',
    ],
  },
  offlineOnly: 'Offline: ask nobody for anything, not even this page’s own server',
  offlineReady: 'Everything is kept in this browser: the page works without a network.',
  photos: 'Photos',
  drop: 'Drop photos here, paste them, or choose them',
  formats: 'JPEG, PNG, WebP or AVIF',
  camera: 'Take a photo',
  protect: 'Protect',
  stop: 'Stop',
  saveAll: 'Save all',
  saveFolder: 'Save all to a folder',
  clear: 'Remove all',
  results: 'Results',
  save: 'Save',
  look: 'Look closer',
  again: 'Try again',
  remove: 'Remove',
  waiting: 'Waiting',
  phase: { reading: 'Reading', loading: 'Loading networks', protecting: 'Protecting', measuring: 'Measuring' },
  loadingBytes: (megabytes) => `${megabytes} MB, once, from this page’s own server`,
  left: (s) => `about ${seconds(s, 'en')} left`,
  done: (s) => `Protected in ${seconds(s, 'en')}`,
  failed: 'Failed',
  errors: {
    image: 'This file cannot be read as a photo.',
    memory: 'There is not enough memory for this photo.',
    device: 'The computation failed on this device.',
    network: 'A file of this page could not be loaded.',
    integrity: 'A file of this page arrived damaged.',
    unknown: 'Something unexpected went wrong.',
  },
  summary: (done, failed, all) =>
    `${done} of ${all} ${all === 1 ? 'photo' : 'photos'} protected${failed > 0 ? `, ${failed} failed` : ''}`,
  allLeft: (s) => `about ${seconds(s, 'en')} left for all`,
  oneThread: 'The server of this page does not set the headers that threads need, so it computes on one core only.',
  noStorage: 'This browser keeps nothing here (a private window?), so the networks are loaded again at the next visit.',
  settingsWrong: 'The settings in the address are wrong, so the usual ones are used.',
  settingsGiven: (text) => `Settings from the address: ${text}`,
  choose: {
    title: 'Choose',
    visibility: 'How visible the change may be',
    levels: {
      unseen: 'Unseen: protects least',
      low: 'Low: hard to see',
      medium: 'Medium: seen when looked for',
      strong: 'Strong: plain to see, protects most',
    },
    quick: 'Quick: a third of the time, and weaker',
    link: 'A link to this page with these settings',
  },
  proof: {
    title: 'What it does, and what not',
    space: 'Editors',
    conditions: ['now', 'after JPEG 75', 'after half the size'],
    verdict: ([now, jpeg, half], [noise, noiseJpeg, noiseHalf]) =>
      `What networks like those of AI editors see of this photo moves by ${percent(now)} of its content (random noise of the ` +
      `same size: ${percent(noise)}), by ${percent(jpeg)} after an upload as JPEG (noise: ${percent(noiseJpeg)}), and by ` +
      `${percent(half)} after it was halved and enlarged again (noise: ${percent(noiseHalf)}).`,
    explain:
      '0 is no effect; at 1 an editor’s view has moved as far as the photo’s own content goes. In small print: random noise of the same size.',
    noise: (value) => `noise ${value}`,
    visible: [
      'The change is not to be seen.',
      'The change is hard to see.',
      'The change is seen when looked for.',
      'The change is plain to see.',
    ],
    judge: 'Measured by a network that the attack never saw.',
    judgeItself: 'Measured by the networks that were attacked: others move less.',
    change: (levels, psnr) => `No colour changed by more than ${levels} of 255 levels (PSNR ${psnr} dB).`,
    how: (gradients, s, device, threads, width, height) =>
      `${gradients} gradients at ${width}x${height} in ${seconds(s, 'en')} on ${device}${device === 'wasm' ? `, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : ''}.`,
    kept: (kinds) => `Kept: ${kinds}.`,
    not: {
      title: 'What it does not protect against',
      points: [
        'It is measured on a small network that stands in for the encoders of real editors, not on those themselves.',
        'Editors with another latent space, and those that work on pixels, see nearly what they saw before.',
        'Purification, strong denoising and small sizes remove much or all of it.',
        'It does not undo what was already published.',
      ],
    },
    editors: {
      sd1: 'Stable Diffusion 1 and 2',
      sdxl: 'SDXL',
      sd3: 'Stable Diffusion 3.5',
      flux1: 'FLUX.1',
      flux2: 'FLUX.2',
    },
  },
  view: {
    title: (name) => `Before and after: ${name}`,
    close: 'Close',
    mode: 'Show',
    modes: { slider: 'Before and after', difference: 'Difference', flip: 'What people see of it' },
    zoom: 'Zoom',
    fit: 'Fit',
    divider: 'Divider between before and after',
    before: 'Before',
    after: 'After',
    difference: 'The difference, ten times amplified, around grey.',
    flip: 'FLIP: where a person who flips between the two sees a change. Black is none, white much.',
    computing: 'Computing',
  },
};

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
