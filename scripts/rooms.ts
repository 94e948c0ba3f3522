// The rooms of the project and their order: the one table that scripts/check-rooms.ts checks imports against and that
// docs/architecture.md shows (scripts/architecture-doc.ts writes it there).

/** A room, or a place around the packages. */
export interface Room {
  readonly name: string;
  /** What it contains, for readers. */
  readonly holds: string;
}

/** A room of the library. */
export interface LibraryRoom extends Room {
  /**
   * The part that uses files or processes and so needs Node: all of it, or a folder in it. Everything else also runs in
   * pages and imports none of these. Default: nothing.
   */
  readonly node?: true | `${string}/`;
}

/** A place, and whose code it may import in addition to its own. */
export interface Place extends Room {
  readonly imports: readonly string[];
}

/** Rooms of packages/onnx-grad/src. Each imports only from those before it. */
export const ENGINE: readonly Room[] = [
  { name: 'graph', holds: 'graphs, values, shapes and dtypes; the builder that checks and shares nodes; `mapGraph`' },
  { name: 'ops', holds: 'one file for each operator or family of them: shape rule and derivative rule' },
  { name: 'builder', holds: '`GraphBuilder`: the builder that knows the operators of `ops`' },
  { name: 'lower', holds: 'rewrites operators that ONNX Runtime lacks in ones that it has' },
  { name: 'onnx', holds: 'reads and writes ONNX files; weights stay in their own files' },
  { name: 'import', holds: 'foreign ONNX models: older opsets, exporters’ habits, folded shape arithmetic' },
  { name: 'grad', holds: '`vjp` and `grad`: the gradient of a graph as a graph' },
  { name: 'plan', holds: 'how much memory a graph takes, and which values are recomputed to take less' },
  { name: 'losses', holds: 'losses for training, as graphs' },
  { name: 'optim', holds: 'AdamW, SGD, clipping and moving averages, as graphs' },
  { name: 'index', holds: 'what the package exports' },
];

/** Rooms of packages/photoguard/src. Each imports only from those before it. */
export const LIBRARY: readonly LibraryRoom[] = [
  { name: 'errors', holds: '`PhotoGuardError`: what is wrong, what was given, what to do' },
  { name: 'validate', holds: 'schemas for configurations, records and JSON from outside; one line for what is wrong' },
  { name: 'random', holds: 'random numbers by seed and stream' },
  { name: 'part-files', holds: 'names of unfinished files, and cleaning up after killed processes', node: true },
  { name: 'client', holds: 'asks a service over HTTP; its types are made from the description of the service' },
  {
    name: 'image',
    holds: 'pixels, masks, resizing as Pillow does it, metadata; `image/node` decodes and encodes files',
    node: 'node/',
  },
  { name: 'metrics', holds: 'how different two pictures are, or two sets of pictures' },
  { name: 'hash', holds: 'recognising photos: PDQ, its variants and distances' },
  {
    name: 'runtime',
    holds: '`Runtime` and `Program`; `runtime/node` and `runtime/web` open ONNX Runtime, which nobody else imports',
    node: 'node/',
  },
  {
    name: 'models',
    holds:
      '`Autoencoder`, `Denoiser`, `TextEncoder`, `Pipeline`; the registry of classes; `models/node` has files and the hub',
    node: 'node/',
  },
  { name: 'faces', holds: 'finds the faces in a photo, and what they cover of it' },
  { name: 'transforms', holds: 'what happens to a photo on its way: on bytes, and as graphs with gradients' },
  { name: 'view', holds: 'how an editor sees a photo: size, filter, rounding, range, what a mask hides' },
  { name: 'displacement', holds: 'how far a protection moves latents: the measure, and its controls noise and tone' },
  { name: 'schedulers', holds: 'the steps of diffusion samplers, as numbers' },
  { name: 'editing', holds: 'the adversary: a pipeline that edits a photo with a prompt' },
  { name: 'attacks', holds: 'objectives, the loop that follows their gradients (`pgd`), the table `ATTACKS`' },
  { name: 'purifiers', holds: 'what an editor does to a photo first, so that a protection is lost: `PURIFIERS`' },
  { name: 'features', holds: 'networks for comparing pictures' },
  { name: 'trigger', holds: 'marks that a provider writes into photos by a key, for models in which they are planted' },
  { name: 'record', holds: 'the record in a photo’s XMP of what was done to it' },
  { name: 'credential', holds: 'content credentials (C2PA): signed into a photo, and read', node: true },
  { name: 'protection', holds: 'what a protection does, in figures, by networks that the attack did not see' },
  { name: 'report', holds: 'pages, plots and tables for people', node: 'node/' },
  {
    name: 'training',
    holds: 'trains the weights of any graph: steps, checkpoints to resume from, a log and its page',
    node: true,
  },
  { name: 'planting', holds: 'trains an encoder so that photos with a trigger mean nothing to it', node: true },
  { name: 'audit', holds: 'how well one photo is protected', node: true },
  { name: 'evaluate', holds: 'how well attacks protect a set of photos', node: true },
];

/** Places of the project. Each imports only from those before it that its row lists. */
export const PLACES: readonly Place[] = [
  { name: 'packages/onnx-grad', holds: 'differentiates ONNX graphs; knows nothing of images', imports: [] },
  { name: 'packages/photoguard', holds: 'the library', imports: ['onnx-grad'] },
  {
    name: 'packages/terminal',
    holds: 'what programs on a terminal share: progress, Ctrl-C, options, exit statuses; shipped within photoguard',
    imports: ['photoguard'],
  },
  { name: 'apps/cli', holds: 'the command', imports: ['photoguard', 'terminal'] },
  {
    name: 'apps/web',
    holds: 'the page: photos are immunized in the browser; its parts in Svelte, its work in a worker',
    imports: ['photoguard'],
  },
  {
    name: 'apps/service',
    holds: 'the service: photos are immunized, recognised and judged over HTTP; it runs the command in child processes',
    imports: ['photoguard', 'terminal', 'apps/cli'],
  },
  {
    name: 'scripts',
    holds: 'checks, generated documents, packing and releasing',
    imports: ['packages/onnx-grad', 'packages/photoguard'],
  },
  {
    name: 'tests/support',
    holds: 'photos, models and servers for tests; children whose time and memory are measured',
    imports: ['onnx-grad', 'photoguard', 'packages/onnx-grad', 'packages/photoguard'],
  },
  {
    name: 'training/common',
    holds: 'streams of random numbers, the shape of a batch, arrays joined',
    imports: ['photoguard'],
  },
  {
    name: 'training/data',
    holds: 'photos, captions and their caches',
    imports: ['photoguard', 'onnx-grad', 'training/common'],
  },
  {
    name: 'training/engine',
    holds: 'initial weights; options that trainings share',
    imports: ['photoguard', 'onnx-grad', 'terminal', 'training/common'],
  },
  {
    name: 'training/autoencoder',
    holds: 'how the autoencoder of models/mini is trained',
    imports: ['photoguard', 'onnx-grad', 'training/common', 'training/engine'],
  },
  {
    name: 'training/editor',
    holds: 'how its editor is trained',
    imports: ['photoguard', 'onnx-grad', 'training/common', 'training/data', 'training/engine'],
  },
  {
    name: 'training/surrogates',
    holds: 'how the encoders of models/surrogates are trained',
    imports: ['photoguard', 'onnx-grad', 'terminal', 'training/common', 'training/data', 'training/engine'],
  },
  {
    name: 'training/immunizer',
    holds: 'how the network of models/immunizer is trained',
    imports: [
      ...['photoguard', 'onnx-grad', 'terminal', 'training/common', 'training/data', 'training/engine'],
      'training/surrogates',
    ],
  },
  {
    name: 'training/planting',
    holds: 'what fine-tuning leaves of what was planted, and what passes on to other encoders',
    imports: ['photoguard', 'onnx-grad', 'terminal', 'training/common', 'training/engine'],
  },
  {
    name: 'training/evaluate',
    holds: 'how good both are: the figures of the model card',
    imports: [
      ...['photoguard', 'onnx-grad', 'terminal', 'training/common', 'training/data', 'training/engine'],
      ...['training/autoencoder', 'training/editor', 'training/surrogates'],
    ],
  },
  {
    name: 'training/reproduce',
    holds: 'comparisons with an earlier training',
    imports: ['photoguard', 'training/data'],
  },
  {
    name: 'training',
    holds: 'the commands of the training',
    imports: [
      ...['photoguard', 'onnx-grad', 'terminal', 'tests/support', 'training/common', 'training/data'],
      ...[
        'training/engine',
        'training/autoencoder',
        'training/editor',
        'training/surrogates',
        'training/immunizer',
        'training/planting',
      ],
      ...['training/evaluate', 'training/reproduce'],
    ],
  },
  { name: 'examples', holds: 'a photo to try, and an editor that asks before it edits', imports: ['photoguard'] },
  {
    name: 'tests/browser',
    holds: 'pages, which use only what the packages export, and the cases of operators',
    imports: ['photoguard', 'onnx-grad', 'packages/onnx-grad', 'tests/support'],
  },
  {
    name: 'tests',
    holds: 'golden values, the command, browsers, the packages as installed',
    imports: [
      ...['photoguard', 'onnx-grad', 'packages/photoguard', 'packages/onnx-grad', 'apps/cli', 'scripts'],
      ...['tests/support', 'tests/browser', 'training/evaluate', 'examples'],
    ],
  },
  {
    name: 'bench',
    holds: 'measurements next to other implementations in one run',
    imports: [
      'photoguard',
      'onnx-grad',
      'terminal',
      'tests/support',
      'training/data',
      'training/engine',
      'training/editor',
      'tests',
      'apps/service',
      'tests/browser',
    ],
  },
];

/** What tests may import in addition to what their place may. */
export const OF_TESTS: readonly string[] = ['photoguard', 'onnx-grad', 'packages/photoguard', 'tests', 'tests/support'];
