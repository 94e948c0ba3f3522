// The files in deploy/ name options, variables and tables that there are. They cannot be run here: that takes Docker.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { serveCommand } from './settings.ts';
import { tinyService } from './testing/tiny-service.ts';

const read = (name: string): string => readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8');
const manifests = read('kubernetes.yaml');
const texts = [read('compose.yaml'), manifests, read('Dockerfile')].join('\n');

it('options are those of the command', () => {
  const lists = [...texts.matchAll(/(?:args|command): \[(--.*)\]/g)].map(([, list]) =>
    list!.split(',').map((one) => one.trim().replaceAll('"', '')),
  );
  expect(lists.length).toBeGreaterThanOrEqual(4);
  for (const list of lists) {
    const command = serveCommand().exitOverride();
    expect(() => command.parse([...list], { from: 'user' }), list.join(' ')).not.toThrow();
  }
});

it('variables are those of the command', () => {
  const known = serveCommand().options.map(({ envVar }) => envVar);
  const names = [...texts.matchAll(/name: ([A-Z_]+),|^ {4}([A-Z_]+): |ENV (.*)$/gm)].flatMap(([, one, other, env]) =>
    env === undefined ? [one ?? other!] : env.split(' ').map((pair) => pair.split('=')[0]!),
  );
  const ours = names.filter((name) => !/^(POSTGRES|AWS|NODE)_/.test(name));
  expect(ours).toContain('GRACE_SECONDS');
  for (const name of ours) expect(known).toContain(name);
});

it("the queue's length is asked as it is stored", async () => {
  const query = /query: "(.*)"/.exec(manifests)![1]!;
  const service = await tinyService();
  try {
    expect(await service.database.query(query)).toEqual([{ count: 0 }]);
  } finally {
    await service.close();
  }
}, 120_000);
