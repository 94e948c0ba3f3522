// `photoguard models`: lists, downloads and checks models.
import { Command } from 'commander';
import {
  ALIASES,
  areSurrogatesHere,
  checkModel,
  EMBEDDED,
  hasEmbedded,
  listCached,
  resolveModel,
  SURROGATES,
} from 'photoguard/models/node';
import { jsonOption, print, progressLine } from '#terminal';
import type { Session } from './session.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const line = (alias: string, here: string, about: string): string => `  ${alias.padEnd(14)}${here.padEnd(8)}${about}`;

/** The command with its three subcommands. */
export function modelsCommand(session: Session): Command {
  const models = new Command('models').description('list, fetch and check the models to protect against');
  models
    .command('list')
    .description('aliases, and the models in the cache')
    .addOption(jsonOption('print JSON'))
    .action(async ({ json }: { json: boolean }) => {
      const cached = await listCached();
      if (json) {
        session.report.put({ embedded: { ...EMBEDDED, installed: hasEmbedded() }, aliases: ALIASES, cached });
        return;
      }
      print('Aliases (any hub id or folder works too):');
      print(line(EMBEDDED.ref, hasEmbedded() ? 'here' : 'missing', EMBEDDED.about));
      print(line(SURROGATES.ref, areSurrogatesHere() ? 'here' : 'missing', SURROGATES.about));
      for (const [alias, { id, about }] of Object.entries(ALIASES)) {
        const here = cached.some((model) => model.id === id) ? 'cached' : '';
        print(line(alias, here, about));
      }
      const others = cached.filter(({ id }) => !Object.values(ALIASES).some((alias) => alias.id === id));
      if (others.length > 0) print('Also in the cache:');
      for (const { id, size } of others) print(`  ${id}  ${megabytes(size)}`);
    });
  models
    .command('pull')
    .description('fetch models from the hub into the cache')
    .argument('<model...>', 'aliases or hub ids')
    .option('--editor', 'all parts of a pipeline, for editing; otherwise only its autoencoder', false)
    .action(async (refs: string[], { editor }: { editor: boolean }) => {
      const line = progressLine(true);
      for (const ref of refs) {
        const { folder } = await resolveModel(ref, {
          signal: session.signal,
          wanted: editor ? 'pipeline' : 'autoencoder',
          onProgress: ({ file, received, total }) =>
            line.show(`${file}  ${megabytes(received)} of ${megabytes(total)}`),
        });
        line.print(`${ref}  ${folder}`);
      }
    });
  models
    .command('check')
    .description('check models on disk: hashes, weights, no NaN')
    .argument('<model...>', 'aliases, hub ids or folders')
    .action(async (refs: string[]) => {
      for (const ref of refs) {
        const { architecture, latentChannels, tensors } = await checkModel(ref);
        print(`${ref}  whole: ${architecture}, ${latentChannels} latent channels, ${tensors} tensors`);
      }
    });
  return models;
}
