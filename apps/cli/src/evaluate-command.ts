// `photoguard evaluate`: its options and help. What it does is in evaluate-photos.ts.
import { Command, Option } from 'commander';
import { armsHelp } from 'photoguard/evaluate';
import {
  bytes,
  deviceOption,
  fractions,
  jsonOption,
  name,
  seedOption,
  several,
  share,
  whole,
  zeroOrMore,
} from '#terminal';
import type { Session } from './session.ts';

const EXAMPLES = `
Examples:
  photoguard evaluate --photos holiday/ --prompt "a person in prison" -m sd15-inpaint -o report/
      the arms noise, encoder and diffusion at 4/255 on all photos of a folder; then open report/index.html
  photoguard evaluate --photos photos/ --split validation --limit 60 --eps 2/255,4/255,8/255,16/255 -o report/
      the paper's table at four sizes for the embedded editor, with prompts from photos/captions.jsonl
  photoguard evaluate --photos photos/ -m ./editor --arms "clean,noise,encoder,encoder:target=zero,diffusion:steps=30"
      --purify "none; jpeg:75; resize:0.5; jpeg:75 > resize:0.5" -o report/
      variants of an attack side by side, and what survives which purifier

Arms: clean (for purifiers), noise (always included), and every attack, with options after colons:
${armsHelp()}
captions.jsonl has lines such as {"file":"a/b.jpg","caption":"a photo of a rose","split":"validation"}.
Run the same command again to resume where it stopped.

Exit status: 0 all done, 1 it failed or a photo did, 2 wrong usage, 130 stopped.`;

/** The command. The session's signal stops it within one gradient or step. */
export function evaluateCommand(session: Session): Command {
  return new Command('evaluate')
    .description('measure how well attacks protect photos against an editor, with controls and intervals')
    .requiredOption('--photos <folder>', 'photos to evaluate on, subfolders included; hidden files are ignored')
    .option('--captions <file>', 'JSON lines of file and caption; default: captions.jsonl in the folder')
    .option('--split <name>', 'only photos of this split of the captions')
    .option('--prompt <text>', 'prompt of photos that have no caption')
    .option('--limit <n>', 'at most this many photos, drawn by seed', whole(1, 1_000_000))
    .option(
      '--masks <masks>',
      'auto (an ellipse in the middle is kept), none, or a folder of masks; default: auto for inpainting',
    )
    .option('-m, --model <ref>', 'editor: alias, hub id or folder of a pipeline; default: mini, the embedded one', name)
    .option(
      '--clip <folder>',
      'also measure how well edits fit their prompts, with this CLIP model (transformers layout)',
    )
    .option('--arms <list>', 'what is done to photos', 'noise,encoder,diffusion')
    .addOption(
      new Option('--eps <list>', 'largest change; several: use commas')
        .argParser(fractions)
        .default([4 / 255], '4/255'),
    )
    .addOption(new Option('--norm <norm>', 'how change is bounded').choices(['linf', 'l2']).default('linf'))
    .option('--purify <list>', 'what the editor does to photos first; several: separate with ;, chain with >', 'none')
    .option(
      '--attack-prompt <text>',
      "prompt that the diffusion arm attacks; several: repeat; default: the recipe's",
      several,
    )
    .option('--seeds <n>', 'edits of each photo, with seeds 0, 1, ...', whole(1, 1000), 4)
    .option('--edit-steps <n>', 'denoising steps of a whole run of the edits', whole(1, 1000), 20)
    .option('--guidance <scale>', 'how much the prompt counts in edits', zeroOrMore, 7.5)
    .option('--image-guidance <scale>', 'InstructPix2Pix: how much of the photo edits keep; default: 1.5', zeroOrMore)
    .option(
      '--strength <share>',
      'share of the steps that edits run; default: 1 with masks (SDXL: 0.9999), else 0.7',
      share,
    )
    .option('--eta <share>', "fresh noise in the edits' steps, 0 to 1", share, 0)
    .addOption(seedOption('everything else: choice of photos, attacks, intervals'))
    .option('--shown <n>', 'photos that the report shows', whole(0, 1000), 6)
    .option(
      '-o, --output <folder>',
      'folder of the report: index.html, results.jsonl, summary.json, table.md',
      'report',
    )
    .addOption(deviceOption())
    .option('--workers <n>', 'parallel workers; default: as many as cores and memory allow', whole(1, 1024))
    .option(
      '--memory <size>',
      'memory of all workers together, such as 4GB; photos that take more to decode are left out; default: four fifths of what is free now, since as many workers run as it holds',
      bytes,
    )
    .addOption(jsonOption('print summary and costs as JSON and nothing else'))
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      // Only this command draws; the others start faster without loading it.
      const { evaluatePhotos } = await import('./evaluate-photos.ts');
      if ((await evaluatePhotos(options, session)) > 0) process.exitCode = 1;
    });
}
