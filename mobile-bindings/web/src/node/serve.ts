// What a worker thread of Node serves the core with; worker.ts is the plain one, tests make others.
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import factory from '../generated/gandan.mjs';
import { serve, type Environment } from '../serve.js';
import { nodeStorage } from './files.js';

// `vault` is a folder here.
export function serveNode(changes: Partial<Environment> = {}): void {
  const port = parentPort;
  if (port === null) throw new Error('not in a worker');
  serve(
    {
      post: (message) => port.postMessage(message),
      listen: (listener) => void port.on('message', listener),
    },
    {
      storage: nodeStorage,
      module: async () => ({
        factory,
        compiled: new WebAssembly.Module(readFileSync(new URL('../generated/gandan.wasm', import.meta.url))),
      }),
      now: () => Date.now(),
      monotonic: () => performance.now(),
      ...changes,
    },
  );
}
