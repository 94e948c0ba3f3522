// The service as a program: `npm run service`.
import { runService } from './index.ts';

await runService(process.argv);
