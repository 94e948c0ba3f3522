// What the page says, in English: the catalogue that other languages follow.
import type { Texts } from './catalogue.ts';
import { seconds } from './seconds.ts';

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
  formats: 'JPEG, PNG, WebP, AVIF, GIF (its first picture), or HEIC where the browser reads it',
  camera: 'Take a photo',
  protect: 'Protect',
  stop: 'Stop',
  saveAll: 'Save all',
  saveFolder: 'Save all to a folder',
  notSaved: 'Not all could be saved.',
  clear: 'Remove all',
  results: 'Results',
  save: 'Save',
  look: 'Look closer',
  again: 'Try again',
  remove: 'Remove',
  waiting: 'Waiting',
  phase: {
    queued: 'Waiting for a photo in another tab',
    reading: 'Reading',
    loading: 'Loading networks',
    protecting: 'Protecting',
    measuring: 'Measuring',
    editing: 'Editing',
  },
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
  notKept: 'This browser has no room to keep results: save them before this page is loaded again.',
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
    recipe: 'How thorough',
    recipes: {
      protect: 'Thorough',
      quick: 'Quick: a quarter of the gradients, and a tenth weaker',
      instant: 'Instant: seconds; the change is seen more easily, and looks alike in all photos',
    },
    spaces: 'Editors to protect against',
    format: 'Save as',
    formats: { png: 'PNG, without loss', webp: 'WebP, without loss', jpeg: 'JPEG, smaller' },
    lossy:
      'The change is made so that it outlasts the JPEG; still, a PNG keeps more of the protection. What is left is measured on the saved file.',
    size: 'Size at which the networks see the photo',
    sizes: {
      'upload:1024': 'As most sites have it: at most 1024 pixels a side',
      'fit:768': '768 pixels: less time and memory',
      'fit:512': '512 pixels: least time and memory',
    },
    seed: 'Seed of all random numbers',
    link: 'A link to this page with these settings',
  },
  proof: {
    title: 'What it does, and what not',
    space: 'Editors',
    conditions: ['now', 'after JPEG 75', 'after JPEG 75 and half the size'],
    verdict: ([now, jpeg, upload], [noise, noiseJpeg, noiseUpload]) =>
      `What networks like those of AI editors see of this photo moves by ${percent(now)} of its content (random noise of the ` +
      `same size: ${percent(noise)}), by ${percent(jpeg)} after an upload as JPEG (noise: ${percent(noiseJpeg)}), and by ` +
      `${percent(upload)} after it was halved as well (noise: ${percent(noiseUpload)}).`,
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
    judgeUnknown: 'Measured by networks that may have been attacked: there is no record of it.',
    lossy: 'All figures are those of the JPEG. A PNG keeps more of the protection.',
    change: (levels, psnr) => `No colour changed by more than ${levels} of 255 levels (PSNR ${psnr} dB).`,
    how: (gradients, s, device, threads, width, height) =>
      `${gradients} gradients at ${width}x${height} in ${seconds(s, 'en')} on ${device}${device === 'wasm' ? `, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : ''}.`,
    kept: (kinds) => `Kept: ${kinds}.`,
    not: {
      title: 'What it does not protect against',
      points: [
        'It is measured on a small network that stands in for the encoders of real editors, not on those themselves.',
        'Editors with another latent space, and those that work on pixels, see nearly what they saw before.',
        'Tools that clean photos before they edit them (purification, strong denoising), and small sizes, remove much or all of it.',
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
  report: {
    html: 'Save report',
    json: 'Save report as JSON',
    title: (name) => `Protection of ${name}`,
    moved: 'How far it moves what editors see',
    change: 'How visible it is',
    made: 'How it was made',
    notes: 'Notes',
    judges: 'Networks that measured',
    file: 'file',
  },
  audit: {
    title: 'Check a photo',
    about:
      'Was a photo protected, and how much of that is left? Choose it here, and the original if it is at hand: how far a protection goes can only be measured beside it.',
    photo: 'Protected photo',
    original: 'Original, if at hand',
    start: 'Check',
    found: (name) => `Check of ${name}`,
    standing: {
      holds: 'This photo is protected, and stays so after an upload.',
      weak: 'This photo is protected, but after an upload little is left of it.',
      none: 'This photo is not protected: it moves what editors see no further than noise does.',
    },
    withoutOriginal: 'How far the photo is protected cannot be measured without the original.',
    noJudge: 'The photo was protected against all networks of this page, so none can judge it.',
    noRecord: 'The file has no record of a protection. Most sites remove it, so it may still be protected.',
    badRecord: 'The file’s record of a protection cannot be used:',
    record: (tool, attack, visibility, models) =>
      `Its record: ${tool}, attack ${attack}, visibility ${visibility}, against ${models}.`,
    details: (recipe, seed, width, height) => `Recipe ${recipe}, seed ${seed}, seen at ${width}x${height}.`,
    matches: 'The record names this original.',
    differs: 'The record names another original than this one.',
    claim: 'A record is a claim: anybody can write one.',
  },
  spare: {
    open: 'Spare or favour a part',
    title: (name) => `Spare or favour a part of ${name}`,
    about:
      'The change can be smaller in some parts of the photo than in others. How visible it is as a whole stays the same.',
    wish: 'What the brush paints',
    wishes: {
      spare: 'Spare: there the change is kept to a quarter; a face, for instance',
      favour: 'Favour: everywhere else it is kept to a quarter, so most of the change is there',
    },
    stage: 'Photo to paint on: arrow keys move the brush, the space bar paints',
    brush: 'Brush',
    undo: 'Undo',
    count: (strokes) => (strokes === 0 ? 'Nothing is painted yet.' : `Painted: ${strokes}`),
  },
  hub: {
    title: 'Models of the hub',
    about: (host) =>
      `More networks to protect against, if you want them. They come from ${host}, which then knows your address and which model you took; photos stay here. They are kept in this browser until you remove them.`,
    offline: 'Offline is chosen above, so nothing is fetched.',
    fetch: (megabytes, host) => `Download ${megabytes} MB from ${host}`,
    here: 'is here.',
    failed: 'It could not be fetched. What has come is kept for the next try.',
    network: 'Network to protect against',
    networks: {
      'surrogates/strided': 'Built in, measured by another one',
      'surrogates/pooled': 'Built in, the other one',
      surrogates: 'Built in, both',
    },
  },
  preview: {
    open: 'Preview',
    title: (name) => `Preview of ${name}`,
    about:
      'A part of the photo at its own size, as each level would leave it. The change is made by a fast network; that of a thorough protection looks a little different, and is as visible.',
    across: 'Place of the part, across',
    down: 'Place of the part, down',
  },
  sees: {
    condition: 'What has happened to both photos',
    about:
      'The decoder of a small editor shows what a network like those of AI editors, which the attack never saw, made of each photo. The first time, the decoder (4 MB) comes from this page’s own server.',
  },
  edit: {
    about:
      'A tiny editor, embedded for trying things out, edits both photos with the same words and the same noise. It works at 128 pixels, where little of a protection is left, and says little about commercial editors. The first time, it comes from this page’s own server (25 MB).',
    prompt: 'What it is told, in English',
    strength: 'How much is made anew',
    start: 'Edit both',
  },
  view: {
    title: (name) => `Before and after: ${name}`,
    close: 'Close',
    mode: 'Show',
    modes: {
      slider: 'Before and after',
      difference: 'Difference',
      flip: 'What people see of it',
      sees: 'What an editor sees',
      edit: 'The same edit of both',
    },
    ofOriginal: 'of the original',
    ofProtected: 'of the protected photo',
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
