// The browser's worker: the module beside it, files in the origin's private file system.
import factory from './generated/gandan.mjs';
import { opfsStorage } from './opfs.js';
import { serve, type ToWorker } from './serve.js';

const fetchModule = (): Promise<Response> => fetch(new URL('./generated/gandan.wasm', import.meta.url));
// On its way from the first moment; where that fails, with the next call again.
let coming: Promise<Response> | undefined = fetchModule();
coming.catch(() => undefined);

serve(
  {
    post: (message) => self.postMessage(message),
    listen: (listener) => {
      self.onmessage = (event: MessageEvent<ToWorker>) => listener(event.data);
    },
  },
  {
    storage: opfsStorage,
    module: async () => {
      const response = coming ?? fetchModule();
      coming = undefined;
      return { factory, compiled: await WebAssembly.compileStreaming(response) };
    },
    now: () => Date.now(),
    monotonic: () => performance.now(),
  },
);
