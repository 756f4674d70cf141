// A worker whose clock is the story's: workerData.clock, ms, shared.
import { workerData } from 'node:worker_threads';
import { serveNode } from '../dist/node/serve.js';

const clock = new Float64Array(workerData.clock);
serveNode({ now: () => clock[0], monotonic: () => clock[0], offline: true });
