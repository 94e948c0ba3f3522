// Describes PURIFIERS for people: lines for --help, and the tables of docs/purifiers.md.
import { type Argument, describeRange } from '../transforms/index.ts';
import { PURIFIERS } from './table.ts';

/** One line per purifier: its usage and what it does. */
export function purifierHelp(): string {
  const lines = Object.entries(PURIFIERS).map(
    ([name, { about, arguments: all }]) => [usage(name, all), about] as const,
  );
  const width = Math.max(...lines.map(([text]) => text.length));
  return lines.map(([text, about]) => `${text.padEnd(width)}  ${about}`).join('\n');
}

// The first argument by position, the others by key, all with their defaults.
function usage(name: string, all: Readonly<Record<string, Argument>>): string {
  const words = Object.entries(all).map(([key, argument], i) => {
    const value = argument.default ?? `<${key}>`;
    return i === 0 ? `:${value}` : `:${key}=${value}`;
  });
  return name + words.join('');
}

const NEEDED = { nothing: '-', runtime: 'a runtime', autoencoder: 'an autoencoder', editor: 'an editor' } as const;

/** Markdown: purifiers with their arguments, defaults and ranges. */
export function purifierTable(): string {
  const rows = Object.entries(PURIFIERS).flatMap(([name, { about, needs, arguments: all }]) => {
    const first = [`\`${name}\``, about, NEEDED[needs ?? 'nothing']];
    const entries = Object.entries(all);
    if (entries.length === 0) return [[...first, '-', '-', '-']];
    return entries.map(([key, argument], i) => [
      ...(i === 0 ? first : ['', '', '']),
      `\`${key}\`: ${argument.about}`,
      argument.default === undefined ? 'none' : `\`${argument.default}\``,
      describeRange(argument),
    ]);
  });
  const head = ['Purifier', 'What it does', 'Needs', 'Argument', 'Default', 'May be'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The whole of docs/purifiers.md. */
export function purifiersDocument(): string {
  const compared = Object.entries(PURIFIERS).map(([name, kind]) => wrapped(`**${name}.** ${kind.compared}`));
  return `${HEAD}\n${purifierTable()}\n\n## What they are like\n\n${compared.join('\n\n')}\n`;
}

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > 120) lines.push(word);
    else lines[lines.length - 1] = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
  }
  return lines.join('\n');
}

const HEAD = `# Purifiers

What an editor may do to a photo first, wittingly or not, so that an immunization is lost. Made by
\`node --conditions=source scripts/purifiers-doc.ts\` from the table in \`packages/photoguard/src/purifiers\`; do not edit.

    none; jpeg:75; jpeg:75 > resize:0.5; resize:0.25:filter=lanczos3

A list has its purifiers between \`;\`, a chain goes from left to right over \`>\`. Arguments stand after \`:\`, in the
order below or by key; those not given have their defaults. Words with \`; > : = "\` in them are quoted: \`"C:\\up.onnx"\`.
Every purifier gives a picture of the size that it was given, and the same picture for the same seed; in a chain each
part draws from a seed of its own.

    import { sharpCodecs } from 'photoguard/image/node';
    import { parsePurifiers } from 'photoguard/purifiers';

    for (const purifier of parsePurifiers('none; jpeg:75 > resize:0.5'))
      console.log(purifier.spec, await purifier.apply(pixels, { seed: 0, codecs: sharpCodecs }));

\`none\`, \`jpeg\`, \`resize\`, \`crop\`, \`blur\`, \`noise\`, \`gain\` and chains of them have a second form on floats, with a
gradient, for attacks that look through them: \`purifier.write(g, image)\` writes it into a graph. It neither rounds to
bytes nor clips.
`;
