// The worker's half without a worker: what a page is told before the core itself is there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Pool } from '../dist/pool.js';
import { serve } from '../dist/serve.js';

test('the state is told before the module is asked for: a small phone is busy with nothing else meanwhile', async () => {
  const heard = [];
  const told = deferred();
  let take;
  const port = {
    post: (message) => {
      heard.push(message.id === 2 ? 'state' : 'start');
      if (message.id === 2) told.resolve(message.value);
    },
    listen: (listener) => { take = listener; },
  };
  const never = new Promise(() => undefined);
  const asked = deferred();
  serve(port, {
    storage: async () => ({ pool: new Pool([]), reserve: async () => undefined }),
    module: () => {
      heard.push('module');
      asked.resolve();
      return never;
    },
    now: () => 0,
    monotonic: () => 0,
  });
  take({ id: 1, call: { name: 'start', options: { vault: 'vault', auto_lock: 0 } } });
  take({ id: 2, call: { name: 'state' } });
  const state = await told.promise;
  assert.deepEqual([state.vault, state.open], [false, false]);
  await asked.promise;
  assert.deepEqual(heard, ['start', 'state', 'module']);
});

function deferred() {
  let resolve;
  const promise = new Promise((done) => { resolve = done; });
  return { promise, resolve };
}
