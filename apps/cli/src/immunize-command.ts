// `photoguard immunize`: its options and help. What it does is in immunize-photos.ts.
import { Command, Option } from 'commander';
import { immunizePhotos } from './immunize-photos.ts';
import { bytes, fraction, list, whole } from './parse.ts';

const EXAMPLES = `
Examples:
  photoguard immunize portrait.png
      writes portrait.immunized.png, protected against the default model
  photoguard immunize holiday/*.jpg -o safe/ -m taesd,taesdxl
      several photos into a folder, each against two models
  photoguard immunize portrait.png --compare look.png
      also a picture: original, immunized, their difference, and what the model sees
  photoguard immunize portrait.png --mask repaint.png
      for inpainting: only what the editor keeps (black in the mask) is changed
  photoguard immunize portrait.png --recipe paper --json
      the setting of the paper, and a report for programs

Exit status: 0 all done, 1 a photo failed, 2 wrong usage, 130 stopped.`;

/** The command. `signal` stops it within one gradient. */
export function immunizeCommand(signal: AbortSignal): Command {
  return new Command('immunize')
    .description('change photos imperceptibly, so that diffusion models edit them badly')
    .argument('<photo...>', 'PNG, JPEG, WebP, AVIF or TIFF files')
    .option('-o, --output <path>', 'file (one photo) or folder; default: <photo>.immunized.png beside each photo')
    .option(
      '-m, --model <ref>',
      'model to protect against: alias, hub id or folder; several: repeat or use commas',
      list,
    )
    .addOption(
      new Option('--recipe <name>', 'settings under a name')
        .choices(['fast', 'paper', 'notebook', 'demo'])
        .default('fast'),
    )
    .addOption(new Option('--norm <norm>', 'how change is bounded').choices(['linf', 'l2']).default('linf'))
    .option('--eps <size>', "most change, of 0 to 1; default: the recipe's (linf), 8 for l2", fraction)
    .option('--steps <n>', "gradients; default: the recipe's", whole(1, 100_000))
    .option('--step-size <size>', 'size of each step, of 0 to 1, for all steps alike', fraction)
    .addOption(new Option('--start <where>', "first perturbation; default: the recipe's").choices(['zero', 'random']))
    .option('--target <target>', 'where the latent is driven: grey, zero, noise or an image file', 'grey')
    .option('--mask <file>', 'white is what an editor repaints; only the rest is changed')
    .option('--size <size>', 'size at which the model sees the photo: fit:512, native or WxH', 'fit:512')
    .option('--seed <n>', 'seed of all randomness', whole(0, 2 ** 32 - 1), 0)
    .addOption(
      new Option('--device <device>', 'where to compute')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'wasm'])
        .default('auto'),
    )
    .option('--memory <size>', 'memory to stay within, such as 4GB', bytes)
    .option('--compare <file>', 'also write a side-by-side picture (PNG; with several photos: a folder)')
    .option('--json', 'print a report as JSON and nothing else', false)
    .addHelpText('after', EXAMPLES)
    .action(async (photos: string[], options, command: Command) => {
      const { verbose } = command.optsWithGlobals<{ verbose: boolean }>();
      const failed = await immunizePhotos(photos, { ...options, verbose }, signal);
      if (failed > 0) process.exitCode = 1;
    });
}
