// The browser's worker: the module beside it, files in the origin's private file system.
import factory from './generated/gandan.mjs';
import { opfsStorage } from './opfs.js';
import { serve, type ToWorker } from './serve.js';

serve(
  {
    post: (message) => self.postMessage(message),
    listen: (listener) => {
      self.onmessage = (event: MessageEvent<ToWorker>) => listener(event.data);
    },
  },
  {
    storage: opfsStorage,
    module: async () => ({
      factory,
      compiled: await WebAssembly.compileStreaming(fetch(new URL('./generated/gandan.wasm', import.meta.url))),
    }),
    now: () => Date.now(),
    monotonic: () => performance.now(),
  },
);
