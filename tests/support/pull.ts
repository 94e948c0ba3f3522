// Pulls a model in a process of its own: tests kill it, or run two at once. The environment says from where to where.
//   node --conditions=source tests/support/pull.ts <ref>
import { resolveModel } from '../../packages/photoguard/src/models/node/hub/resolve.ts';

const { folder } = await resolveModel(process.argv[2]!, { onProgress: ({ received }) => console.log(received) });
console.log(folder);
