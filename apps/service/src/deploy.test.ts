// The files in deploy/ beside the service: options, variables, ports, paths, tables and names that they give are there, and
// what they name among themselves, too. They cannot be run here: that takes Docker.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { serveCommand } from './settings.ts';
import { type TinyService, tinyService } from './testing/tiny-service.ts';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number };
}
interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly resources: { readonly limits: Record<string, string> };
}
type Labels = Readonly<Record<string, string>>;
interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly Container[] };
    };
  };
}
interface Trigger {
  readonly type: string;
  readonly metadata: Readonly<Record<'query' | 'targetQueryValue' | 'connectionFromEnv', string>>;
}
interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
}

const FOLDER = new URL('../deploy/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');
const dockerfile = read('Dockerfile');
const compose = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const manifests = parseAllDocuments(read('kubernetes.yaml')).map((one) => one.toJS() as { readonly kind: string });
const manifest = <Kind>(kind: string): Kind[] => manifests.filter((one) => one.kind === kind) as Kind[];

const deployments = manifest<Deployment>('Deployment');
const containers = deployments.flatMap(({ spec }) => spec.template.spec.containers);
const ours = Object.values(compose.services).filter(({ build }) => build !== undefined);
const PORT = serveCommand().opts<{ port: number }>().port;

let service: TinyService;
beforeAll(async () => {
  service = await tinyService();
});
afterAll(() => service?.close());

describe('all of them', () => {
  it('give options that the command has', () => {
    const lists = [...containers.map(({ args }) => args), ...ours.map(({ command }) => command)];
    expect(lists).toHaveLength(4);
    for (const list of lists)
      expect(() => serveCommand().exitOverride().parse(list, { from: 'user' }), list.join(' ')).not.toThrow();
  });

  it('set variables that the command reads', () => {
    const known = serveCommand().options.map(({ envVar }) => envVar);
    const ofImage = [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs]) => pairs!.split(' '));
    const names = [
      ...ofImage.map((pair) => pair.split('=')[0]!).filter((name) => name !== 'NODE_ENV'),
      ...containers.flatMap(({ env }) => env.map(({ name }) => name)),
      ...ours.flatMap(({ environment }) => Object.keys(environment)),
    ];
    expect(new Set(names)).toEqual(new Set(['HOST', 'DATA_DIR', 'DATABASE_URL', 'OBJECTS_URL', 'GRACE_SECONDS']));
    for (const name of names) expect(known).toContain(name);
  });

  it('end a process later than it gives up its work', () => {
    for (const { spec } of deployments) {
      const { terminationGracePeriodSeconds, containers } = spec.template.spec;
      const grace = containers[0]!.env.find(({ name }) => name === 'GRACE_SECONDS')!.value;
      expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(grace));
    }
    for (const { environment, stop_grace_period } of ours)
      expect(Number.parseInt(stop_grace_period!, 10)).toBeGreaterThan(Number(environment.GRACE_SECONDS));
  });

  it('name images by their versions, ours by that of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', FOLDER), 'utf8')) as { version: string };
    const built = /docker build .* -t (\S+) \.$/m.exec(dockerfile)![1]!;
    const images = [...containers, ...ours].map(({ image }) => image);
    expect(new Set([built, ...images])).toEqual(new Set([`photoguard:${version}`]));
    const others = Object.values(compose.services).flatMap(({ image, build }) => (build ? [] : [image]));
    for (const image of [/^FROM (\S+)$/m.exec(dockerfile)![1], ...others])
      expect(image).toMatch(/^[\w./-]+:\d[\w.-]*$/);
  });

  it('use the port and the paths that there are', async () => {
    const probes = containers.flatMap(({ livenessProbe, readinessProbe }) => [livenessProbe, readinessProbe]);
    const asked = probes.flatMap((probe) => probe?.httpGet ?? []);
    expect(asked).toHaveLength(2);
    const ofImage = /^HEALTHCHECK .*PORT\|\|(\d+)\)\+'(\/\w+)'/m.exec(dockerfile)!;
    const [route] = manifest<{ spec: { ports: { targetPort: number }[] } }>('Service');
    const ports = [
      ...asked.map(({ port }) => port),
      ...containers.flatMap((container) => container.ports?.map(({ containerPort }) => containerPort) ?? []),
      ...route!.spec.ports.map(({ targetPort }) => targetPort),
      ...ours.flatMap((one) => one.ports?.map((mapping) => Number(mapping.split(':')[1])) ?? []),
      ...[/^EXPOSE (\d+)$/m.exec(dockerfile)![1], ofImage[1]].map(Number),
    ];
    expect(new Set(ports)).toEqual(new Set([PORT]));
    for (const path of [...asked.map(({ path }) => path), ofImage[2]!])
      expect((await service.app.request(path)).status, path).toBe(200);
  });

  it('start a program that is there', () => {
    const [, json] = /^ENTRYPOINT (.*)$/m.exec(dockerfile)!;
    const [, program] = JSON.parse(json!) as string[];
    expect(existsSync(fileURLToPath(new URL(`../../../${program}`, FOLDER)))).toBe(true);
    for (const { build } of ours) {
      const context = new URL(`${build!.context}/`, FOLDER);
      expect(readFileSync(new URL(build!.dockerfile, context), 'utf8')).toBe(dockerfile);
    }
  });
});

describe('the Compose file', () => {
  it('waits for services that say when they are healthy, and keeps data in volumes that it has', () => {
    for (const { depends_on } of ours) {
      expect(Object.keys(depends_on!)).toEqual(['database', 'store']);
      for (const [name, { condition }] of Object.entries(depends_on!)) {
        expect(condition).toBe('service_healthy');
        expect(compose.services[name]!.healthcheck!.test!.length).toBeGreaterThan(1);
      }
    }
    const volumes = Object.values(compose.services).flatMap((one) => one.volumes?.map((v) => v.split(':')[0]!) ?? []);
    expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('gives addresses of the database and of the bucket that it starts', () => {
    const { database, store } = compose.services;
    for (const { environment } of ours) {
      const [databaseUrl, objectsUrl] = [environment.DATABASE_URL!, environment.OBJECTS_URL!].map(
        (url) => new URL(url.replaceAll(/\$\{\w+:\?set it\}/g, 'x')),
      );
      expect([databaseUrl!.hostname, databaseUrl!.username]).toEqual(['database', database!.environment.POSTGRES_USER]);
      expect(objectsUrl!.host).toBe('store:8333');
      expect(objectsUrl!.username).toBe(store!.environment.AWS_ACCESS_KEY_ID);
      expect(store!.command).toContain(`-bucket=${objectsUrl!.pathname.slice(1)}`);
    }
  });
});

describe('the manifests of Kubernetes', () => {
  it('select the pods that there are', () => {
    const pods = deployments.map(({ spec }) => spec.template.metadata.labels);
    const selectors = [
      ...deployments.map(({ spec }) => spec.selector.matchLabels),
      ...manifest<{ spec: { selector: Labels } }>('Service').map(({ spec }) => spec.selector),
      ...manifest<{ spec: { selector: { matchLabels: Labels } } }>('PodDisruptionBudget').map(
        ({ spec }) => spec.selector.matchLabels,
      ),
    ];
    expect(selectors).toHaveLength(4);
    for (const selector of selectors) expect(pods).toContainEqual(selector);
    for (const { resources } of containers) expect(resources.limits.memory).toMatch(/^\dGi$/);
  });

  it("scale the workers by the queue's length, asked as it is stored", async () => {
    const [scaled] = manifest<{
      spec: { scaleTargetRef: { name: string }; triggers: Trigger[] };
    }>('ScaledObject');
    const workers = deployments.find(({ metadata }) => metadata.name === scaled!.spec.scaleTargetRef.name)!;
    const [container] = workers.spec.template.spec.containers;
    expect(container!.args).toContain('worker');
    const [{ type, metadata }] = scaled!.spec.triggers as [Trigger];
    expect(type).toBe('postgresql');
    expect(container!.env.map(({ name }) => name)).toContain(metadata.connectionFromEnv);
    expect(Number(metadata.targetQueryValue)).toBeGreaterThan(0);
    const [row] = await service.database.query<{ count: unknown }>(metadata.query);
    expect(Number(row!.count)).toBe(0);
  });
});
