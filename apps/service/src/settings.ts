// What the service is started with: each setting is an option of `photoguard serve` and a variable of the environment.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { bytes, list, whole } from '@photoguard/terminal';
import { Command, InvalidArgumentError, Option } from 'commander';
import { INDEXES } from './registry/registry.ts';
import { REACHES, type Reach } from './webhooks/address.ts';

/** Which parts of the service a process is. */
export const ROLES = ['all', 'api', 'worker'] as const;

/** Settings of a process. */
export interface Settings {
  readonly port: number;
  /** Address that it listens on. */
  readonly host: string;
  /** Absolute path of the folder of its data. */
  readonly dataDir: string;
  /** PostgreSQL; absent: PGlite in the data folder. */
  readonly databaseUrl?: string;
  /** Bucket of an S3-compatible store, with its key; absent: files in the data folder. */
  readonly objectsUrl?: string;
  readonly role: (typeof ROLES)[number];
  /** Photos that are immunized at the same time by this process. */
  readonly workers: number;
  /** Photos that one process of the command does before it is replaced. */
  readonly photosPerProcess: number;
  /** Hours after which photos and results are deleted. */
  readonly keepHours: number;
  /** Most bytes of a request. */
  readonly maxBody: number;
  /** Most pixels of a photo. */
  readonly maxPixels: number;
  /** Requests that a key may make a minute. */
  readonly mostRequests: number;
  /** Immunizations that a tenant may have waiting or running. */
  readonly mostQueued: number;
  /** Where webhooks may go. */
  readonly webhooksTo: Reach;
  /** How often a message to a webhook is sent at most. */
  readonly webhookAttempts: number;
  /** Where the registry's index is. */
  readonly registryIndex: (typeof INDEXES)[number];
  /** Models that requests may name. */
  readonly models: readonly string[];
  /** Who signs results: a folder of PEM files, PEM files, or `self-made`. */
  readonly credential?: string;
  /** PEM files of authorities that vouch for signers. */
  readonly trust?: string;
  /** Seconds after which work whose process gives no sign of life is handed out again. */
  readonly heartbeatSeconds: number;
  /** Seconds that work in progress gets to end when the service is stopped. */
  readonly graceSeconds: number;
}

const EXAMPLES = `
The first start prints an API key, once; later starts with the same data keep it valid.

Examples:
  photoguard serve
      everything in one process; data in ./photoguard-data
  DATABASE_URL=postgres://photoguard@db/photoguard OBJECTS_URL=https://id:secret@s3.example/photos photoguard serve --role api
      one of several processes for requests, on any machine; start others with --role worker
`;

/** The command, with its options. */
export function serveCommand(): Command {
  return new Command('photoguard serve')
    .description('immunizes photos over HTTP, recognises them, and says whether they may be edited')
    .addOption(env('--port <n>', 'PORT', 'port to listen on').argParser(whole(0, 65535)).default(8080))
    .addOption(env('--host <address>', 'HOST', 'address to listen on; 0.0.0.0 for all').default('localhost'))
    .addOption(
      env('--data-dir <folder>', 'DATA_DIR', 'folder of photos, results and, without --database-url, the database')
        .argParser(folder)
        .default(resolve('photoguard-data'), 'photoguard-data'),
    )
    .addOption(
      env(
        '--database-url <url>',
        'DATABASE_URL',
        'PostgreSQL, which several processes can share; default: PGlite',
      ).argParser(postgresUrl),
    )
    .addOption(
      env(
        '--objects-url <url>',
        'OBJECTS_URL',
        'bucket of an S3-compatible store: https://id:secret@host/bucket?region=name; default: files in --data-dir',
      ).argParser(bucketUrl),
    )
    .addOption(env('--role <role>', 'ROLE', 'api: answers requests; worker: immunizes').choices(ROLES).default('all'))
    .addOption(
      env('--workers <n>', 'WORKERS', 'photos immunized at the same time by this process')
        .argParser(whole(1, 64))
        .default(Math.max(1, Math.floor(availableParallelism() / 4)), 'a quarter of the processors'),
    )
    .addOption(
      env(
        '--photos-per-process <n>',
        'PHOTOS_PER_PROCESS',
        'photos that a process immunizes, one after the other, before a new one takes its place',
      )
        .argParser(whole(1, 1_000_000))
        .default(50),
    )
    .addOption(
      env('--keep-hours <n>', 'KEEP_HOURS', 'hours after which photos and results are deleted')
        .argParser(whole(1, 24 * 366))
        .default(24),
    )
    .addOption(
      env('--max-body <size>', 'MAX_BODY', 'largest request')
        .argParser(bytes)
        .default(32 * 2 ** 20, '32MB'),
    )
    .addOption(
      env('--max-pixels <n>', 'MAX_PIXELS', 'most pixels of a photo')
        .argParser(whole(1, 2 ** 28))
        .default(50_000_000),
    )
    .addOption(
      env('--most-requests <n>', 'MOST_REQUESTS', 'requests that a key may make a minute')
        .argParser(whole(1, 1_000_000))
        .default(1200),
    )
    .addOption(
      env('--most-queued <n>', 'MOST_QUEUED', 'immunizations that a tenant may have waiting or running')
        .argParser(whole(1, 10_000_000))
        .default(10_000),
    )
    .addOption(
      env(
        '--webhooks-to <where>',
        'WEBHOOKS_TO',
        'public: webhooks go to public addresses only, by https; any: anywhere',
      )
        .choices(REACHES)
        .default('public'),
    )
    .addOption(
      env(
        '--webhook-attempts <n>',
        'WEBHOOK_ATTEMPTS',
        'how often a webhook is sent at most; 14 take about seven hours',
      )
        .argParser(whole(1, 20))
        .default(14),
    )
    .addOption(
      env(
        '--registry-index <where>',
        'REGISTRY_INDEX',
        'memory: of each process for requests, fast; database: in PostgreSQL',
      )
        .choices(INDEXES)
        .default('memory'),
    )
    .addOption(
      env('--models <refs>', 'MODELS', 'models that requests may name; several with commas')
        .argParser(list)
        .default(['surrogates', 'surrogates/strided', 'surrogates/pooled', 'mini'], 'the embedded ones'),
    )
    .addOption(
      env(
        '--credential <pem>',
        'CREDENTIAL',
        'signs a content credential into results: a folder with a certificate chain and its key, such files, or self-made',
      ),
    )
    .addOption(
      env(
        '--trust <pem>',
        'TRUST',
        'certificates of authorities that vouch for signers of the credentials of photos; default: none is trusted',
      ),
    )
    .addOption(
      env('--heartbeat-seconds <n>', 'HEARTBEAT_SECONDS', 'after which work of a process that is silent is done again')
        .argParser(whole(10, 3600))
        .default(30),
    )
    .addOption(
      env('--grace-seconds <n>', 'GRACE_SECONDS', 'time that work in progress gets to end on SIGTERM or Ctrl-C')
        .argParser(whole(0, 3600))
        .default(20),
    )
    .addHelpText('after', EXAMPLES);
}

const env = (flags: string, variable: string, about: string): Option => new Option(flags, about).env(variable);

function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected a folder.');
  return resolve(text);
}

function postgresUrl(text: string): string {
  if (!/^postgres(ql)?:\/\/./.test(text))
    throw new InvalidArgumentError('expected an address such as postgres://user@host/name.');
  return text;
}

// What is wrong is said without the address, which has a secret in it.
function bucketUrl(text: string): string {
  const url = URL.parse(text);
  const isBucket = url && /^https?:$/.test(url.protocol) && /^\/[a-z0-9][a-z0-9.-]{2,62}$/.test(url.pathname);
  if (!isBucket || !url.username || !url.password)
    throw new InvalidArgumentError(
      'expected an address such as https://id:secret@host/bucket, with / in the secret as %2F.',
    );
  return text;
}
