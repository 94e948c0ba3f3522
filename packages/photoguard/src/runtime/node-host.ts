// The process that holds the sessions in Node: started by index.ts, ends with its parent.
import * as ort from 'onnxruntime-node';
import { serve } from './host.ts';
import type { Envelope } from './protocol.ts';

const handle = serve(
  {
    create: (model, options) => ort.InferenceSession.create(model, options),
    Tensor: ort.Tensor,
    peakBytes: () => process.resourceUsage().maxRSS * 1024,
  },
  (reply) => process.send?.(reply),
);

process.on('message', (message) => handle(message as Envelope));
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group: the parent decides when to stop.
process.on('SIGINT', () => undefined);
