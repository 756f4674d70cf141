// HttpCore: every conformance story over the screens of `gandan app`, its own HTTP, cookies and files; and what is
// cancelled over it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { after } from 'node:test';
import { HttpCore } from '../dist/index.js';
import { makeRealm } from './realm.mjs';
import { rawKey, root, stories, Story, storyStart } from './stories.mjs';

const program = process.env.GANDAN_CONFORMANCE_SCREENS ?? join(root, 'build/release/tests/conformance/mobile-bindings/conformance_screens');
const folder = mkdtempSync(join(tmpdir(), 'gandan-http-'));
const programs = new Set();
after(() => {
  for (const one of programs) one.kill();
  rmSync(folder, { recursive: true, force: true });
});

// What a browser does by itself: the cookie of each address, and where the page comes from.
const cookies = new Map();
const plain = globalThis.fetch;
globalThis.fetch = async (address, options = {}) => {
  const { origin } = new URL(address);
  const answer = await plain(address, { ...options, headers: { ...options.headers, Origin: origin, ...(cookies.has(origin) ? { Cookie: cookies.get(origin) } : {}) } });
  const given = answer.headers.get('set-cookie');
  if (given !== null) cookies.set(origin, given.split(';')[0]);
  return answer;
};

class Screens {
  #process;
  #lines;

  constructor(...more) {
    this.#process = spawn(program, [String(storyStart), ...more], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, XDG_RUNTIME_DIR: folder } });
    programs.add(this.#process);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async say(line) {
    this.#process.stdin.write(`${line}\n`);
    const { value, done } = await this.#lines.next();
    assert.ok(!done, `${program} ended`);
    return value;
  }
  async open(key, vault) {
    const { origin, hash } = new URL(await this.say(vault === undefined ? 'open -' : `open ${key} ${vault}`));
    return new FolderCore(origin, hash.slice('#token='.length));
  }
  async end() {
    this.#process.stdin.end();
    const [code] = await once(this.#process, 'exit');
    programs.delete(this.#process);
    assert.equal(code, 0);
  }
}
// A folder is named as it lies on this computer.
class FolderCore extends HttpCore {
  async putFolder(files) {
    const out = mkdtempSync(join(folder, 'files-'));
    for (const [name, content] of files) {
      mkdirSync(dirname(join(out, name)), { recursive: true });
      writeFileSync(join(out, name), Buffer.from(await content.arrayBuffer()));
    }
    return out;
  }
}

for (const story of stories())
  test(story.name, async () => {
    const screens = new Screens();
    const vaults = mkdtempSync(join(folder, 'vaults-'));
    const open = (name, number) => screens.open(rawKey(number), name === 'none' ? undefined : join(vaults, name));
    await new Story(open, () => screens.say('step 1000')).run(story);
    await screens.end();
  });

// A server that takes what comes and never says a word.
async function silent() {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    server.emit('met');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `https://127.0.0.1:${server.address().port}`, close: () => { for (const socket of sockets) socket.destroy(); server.close(); } };
}

test('a long call is cancelled by its own name: what runs, what waits, what has not come yet, and nothing else', async () => {
  const screens = new Screens('network');
  const core = await screens.open(rawKey(0), join(folder, 'cancelled'));
  await makeRealm(core);
  const { server, address, close } = await silent();
  const sync = (signal) => core.request('sync.run', { server: address }, { signal });
  const refused = (promise) => assert.rejects(promise, { code: 'cancelled' });

  const [running, waiting] = [new AbortController(), new AbortController()];
  const met = once(server, 'met');
  const first = refused(sync(running.signal));
  const second = refused(core.request('status', {}, { signal: waiting.signal }));
  const third = core.request('status');
  await met;
  waiting.abort(); // waits in the page: ends, and what runs goes on
  await second;
  let ended = false;
  void first.then(() => { ended = true; });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(ended, false);
  const begin = performance.now();
  running.abort();
  await first;
  assert.ok(performance.now() - begin < 3000, `took ${performance.now() - begin} ms`);
  assert.equal((await third).records, 3);

  // Another page of the same session: its cancel is for its own call.
  const base = [...cookies.keys()].at(-1);
  const ask = (path, body) => fetch(base + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }).then((answer) => answer.json());
  const again = once(server, 'met');
  const long = refused(sync(undefined));
  await again;
  const behind = ask('/request?call=behind', { method: 'status', params: {} });
  await ask('/cancel', { call: 'early' });
  await ask('/cancel', { call: 'behind' });
  assert.equal((await behind).error.code, 'cancelled');
  assert.equal((await ask('/request?call=early', { method: 'status', params: {} })).error.code, 'cancelled');
  core.cancel();
  await long;
  assert.equal((await ask('/request?call=early', { method: 'status', params: {} })).ok.records, 3);
  assert.equal((await ask(`/request?call=${'x'.repeat(65)}`, { method: 'status', params: {} })).error.code, 'request.bad');
  await core.close();
  close();
  await screens.end();
});
