// `photoguard immunize`: its options and help. What it does is in immunize-batch.ts.
import { Command, Option } from 'commander';
import { ATTACKS } from 'photoguard/attacks';
import { bytes, deviceOption, jsonOption, list, seedOption } from '#terminal';
import { addAttackOptions, attacksHelp } from './attack-options.ts';
import { MEMORY_HELP } from './budget.ts';
import { immunizeDefaults } from './default-model.ts';
import { immunizeBatch } from './immunize-batch.ts';
import { FORMATS, RESULT_NAME, shippedFormat } from './result-names.ts';
import type { Session } from './session.ts';
import type { ImmunizeOptions } from './settings.ts';

const EXAMPLES = `
Examples:
  photoguard immunize portrait.png
      writes portrait.immunized.png, protected in the latent spaces of common editors, and portrait.compare.png, a picture
      of what was changed and what an editor sees
  photoguard immunize portrait.png --visibility unseen --spare faces
      a change that is hardly there, least of all on faces; --visibility strong protects more
  photoguard immunize portrait.png --ship jpeg:85
      writes portrait.immunized.jpg, a JPEG that the protection was made for
  photoguard immunize holiday/ -o safe/ --recipe instant
      in one pass of a small network, in seconds a photo; --judge surrogates/pooled measures it
  photoguard immunize portrait.png --attack diffusion
      against the whole embedded editor, for trying things out; the picture shows its edits before and after
  photoguard immunize holiday/*.jpg -o safe/ -m taesd,taesdxl
      several photos into a folder, each protected against two models
  photoguard immunize -r holiday/ -o safe/ -m taesd --format same
      a folder and its subfolders; run it again to resume with the photos that are not done
  photoguard immunize portrait.png --compare look.png
      also writes a picture: original, immunized, their difference, and what the model sees
  photoguard immunize portrait.png --mask repaint.png
      for inpainting: only what the editor keeps (black in the mask) is changed
  photoguard immunize portrait.png --attack diffusion -m sd15-inpaint --mask repaint.png --compare look.png
      against the whole editor; the picture shows its edits of the photo before and after
  photoguard immunize portrait.png --credential self-made
      also signs a credential that says so to other programs, with a certificate for trying out
  photoguard immunize portrait.png --recipe paper --json
      the paper's settings, and a report for programs

Exit status: 0 all done, 1 a photo failed, 2 wrong usage, 130 stopped.`;

/** The command. The session's signal stops it within one gradient. */
export function immunizeCommand(session: Session): Command {
  const command = new Command('immunize')
    .description('change photos slightly, so that diffusion models edit them badly')
    .argument('<photo...>', 'PNG, JPEG, WebP, AVIF or TIFF files, or folders of them')
    .option('-r, --recursive', 'also look into subfolders')
    .option('-o, --output <path>', 'file (one photo) or folder; default: <photo>.immunized.png beside each photo')
    .option(
      '--name <pattern>',
      `name of results, made of the photo's {name}, {ext} and {folder}; default: ${RESULT_NAME}`,
    )
    .addOption(
      new Option(
        '--format <format>',
        "format of results; default: png, for a WebP webp, both lossless; same: the photo's own",
      ).choices(FORMATS),
    )
    .option('--keep-folders', "keep the photos' folders under -o, starting below their common folder")
    .option('--force', 'immunize photos again even if their results are already there')
    .option('--overwrite', 'replace existing files that are not results of these photos')
    .option(
      '-m, --model <ref>',
      'model to protect against: alias, hub id or folder; several: repeat or use commas; default: surrogates/strided, an embedded stand-in for the encoders of five latent spaces; for attacks on editors mini, the embedded one',
      list,
    )
    .addOption(new Option('--attack <name>', 'which attack, see below; default: encoder').choices(Object.keys(ATTACKS)))
    .addOption(
      new Option(
        '--recipe <name>',
        'named settings of the attack; default: protect, or fast if a model is named',
      ).choices(RECIPE_NAMES),
    )
    .option('--quick', 'the recipe of fewest gradients, quick, and no picture')
    .option(
      '--target <target>',
      'what the latent, or the edit, is driven to: grey, zero (latents; grey for edits), noise, away (edits), or an image file; default: grey, for edits away',
    )
    .option(
      '--mask <file>',
      'auto (an ellipse in the middle is kept), or a file: white is what an editor repaints, and only the rest is changed; default: none, or auto for attacks on the embedded editor',
    )
    .option(
      '--spare <what>',
      'faces (those that are found in the photo), or a file, a mask: there, or where it is white, the change is kept to a quarter',
    )
    .option(
      '--favour <what>',
      'faces, or a mask: everywhere else the change is kept to a quarter, so that most of it is there',
    )
    .option(
      '--trigger <file>',
      "also write a provider's trigger, that of the key in this file, for editors in which it is planted (photoguard plant)",
    )
    .option(
      '--judge <ref>',
      'model that measures what the protection does, and is not attacked; default: surrogates/pooled if no model is named',
    )
    .option(
      '--size <size>',
      'size at which the model sees the photo: upload:1024 (longer side, as sites scale down), fit:512, native or WxH; default: upload:1024, fit:512 if a model is named, for an editor the size it was trained on',
    )
    .addOption(seedOption('all randomness'))
    .addOption(deviceOption())
    .option('--memory <size>', MEMORY_HELP, bytes)
    .option(
      '--no-record',
      'leave out the record in XMP that photoguard audit reads: models, recipe, bound, hash of the original',
    )
    .option(
      '--credential <pem>',
      'sign a content credential (C2PA): not to be edited, mined or trained on; a folder with a certificate chain and its key in PEM, such files separated by commas, or self-made, for trying out',
    )
    .option(
      '--compare <file>',
      'also write a side-by-side picture (PNG; a folder for several photos); default: none, or <photo>.compare.png for one photo if no model is named',
    )
    .option('--no-compare', 'write no picture')
    .addOption(jsonOption('print a report as JSON and nothing else'))
    .option('--progress', 'print progress on standard error as lines of JSON, for programs')
    .addHelpText('after', `\nAttacks:\n${attacksHelp()}\n${EXAMPLES}`)
    .action(async (photos: string[], options, command: Command) => {
      const { verbose } = command.optsWithGlobals<{ verbose: boolean }>();
      const settings = {
        ...{ ...immunizeDefaults(options), ...options, verbose },
        format: shippedFormat(options),
      } as ImmunizeOptions;
      const failed = await immunizeBatch(photos, settings, session);
      if (failed > 0) process.exitCode = 1;
    });
  return addAttackOptions(command);
}

const RECIPE_NAMES = [...new Set(Object.values(ATTACKS).flatMap(({ recipes }) => Object.keys(recipes)))];
