// The browser's worker with the clock of a story, which comes as the first message.
import factory from '../dist/generated/gandan.mjs';
import { opfsStorage } from '../dist/opfs.js';
import { serve } from '../dist/serve.js';

let clock;
serve(
  {
    post: (message) => self.postMessage(message),
    listen: (listener) => {
      self.onmessage = ({ data }) => {
        if (clock === undefined) clock = new Float64Array(data.clock);
        else listener(data);
      };
    },
  },
  {
    storage: opfsStorage,
    module: async () => ({ factory, compiled: await WebAssembly.compileStreaming(fetch(new URL('../dist/generated/gandan.wasm', import.meta.url))) }),
    now: () => clock[0],
    monotonic: () => clock[0],
    offline: true,
  },
);
