// The package in Chromium: every story, a tab that dies in the middle of writing, the whole browser killed, two tabs.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Chromium, PageCore, servePackage } from './browser.mjs';
import { addVillage, listed, makeRealm } from './realm.mjs';
import { rawKey, stories, Story, storyStart } from './stories.mjs';

const profile = mkdtempSync(join(tmpdir(), 'gandan-chromium-'));
let server;
let browser;
before(async () => {
  server = await servePackage();
  browser = await Chromium.start(profile);
});
after(async () => {
  await browser?.stop();
  server?.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});
const isolated = () => browser.page(`${server.address}/isolated`);

for (const story of stories())
  test(story.name, async () => {
    const page = await isolated();
    const clear = () => page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('gandan', { recursive: true }).catch(() => undefined));
    await clear();
    let now = storyStart;
    let first;
    const open = async (name, number) => {
      const core = await PageCore.start(page, name, now);
      first ??= core;
      if (name !== 'none') await core.open({ raw_key: rawKey(number), create: true });
      return core;
    };
    await new Story(open, () => {
      now += 1000;
      return first?.setClock(now);
    }).run(story);
    await clear();
    await page.close();
  });

// Saves in the page until the page is no more; what it acknowledged is told as it happens.
async function writing(page, unit) {
  const acknowledged = [];
  await page.exposeFunction('tell', (id) => acknowledged.push(id));
  await page.evaluate(([at]) => {
    void (async () => {
      for (let n = 0; ; ++n) {
        const { value } = await window.call('life', 'request', ['unit.add', { parent: at, kind: 'thon', name: `Thôn ${Date.now()} ${n}` }]);
        await window.tell(value.record);
      }
    })();
  }, [unit]);
  return acknowledged;
}
const until = async (holds) => {
  for (let i = 0; !holds(); ++i) {
    assert.ok(i < 600, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('a tab that dies and a browser that is killed lose nothing that was acknowledged', async () => {
  let page = await isolated();
  let core = await PageCore.start(page, 'life');
  assert.deepEqual((await core.state()).vault, false);
  await core.open({ passphrase: 'mật khẩu của tôi', create: true });
  const { unit } = await makeRealm(core);
  const all = [];
  for (const end of ['crash', 'close', 'kill']) {
    const acknowledged = await writing(page, unit);
    await until(() => acknowledged.length >= 5);
    if (end === 'crash') await browser.crash(page);
    else if (end === 'close') await page.close({ runBeforeUnload: false });
    else {
      await browser.kill();
      browser = await Chromium.start(profile);
    }
    all.push(...acknowledged);
    page = await isolated();
    core = await PageCore.start(page, 'life');
    // The browser lets go of a dead page's files in its own time.
    let state;
    for (let i = 0; state === undefined; ++i)
      state = await core.state().catch((fault) => (assert.ok(i < 100 && fault.is('vault.locked'), String(fault)), new Promise((resolve) => setTimeout(resolve, 100))));
    assert.deepEqual([state.vault, state.open], [true, false]);
    await core.open({ passphrase: 'mật khẩu của tôi' });
    const there = await listed(core);
    for (const id of all) assert.ok(there.has(id), `${id} after ${end}`);
    assert.equal((await core.request('vault.check')).held, true);
  }

  const second = await isolated();
  const refused = await PageCore.start(second, 'life');
  await assert.rejects(refused.state(), { code: 'vault.locked' });
  await core.close();
  assert.equal((await refused.state()).vault, true); // the same core, once the other is gone
  await refused.close();
  await page.close();
  await second.close();
});

test('a page that is loaded anew has its vault again: who has just gone is not said to have it', async () => {
  const pages = [await isolated(), await isolated()];
  const core = await PageCore.start(pages[0], 'again');
  await core.open({ raw_key: rawKey(1), create: true });
  const next = await PageCore.start(pages[1], 'again');
  const state = next.state();
  await new Promise((resolve) => setTimeout(resolve, 700));
  await pages[0].close();
  const { vault, open, version } = await state;
  assert.deepEqual([vault, open], [true, false]);
  assert.equal(version, (await next.request('app.version')).version); // the one is told before the core is there
  await pages[1].close();
});

test('of pages that begin at the same moment on a new device one has the vault, and no two', async () => {
  const pages = [await isolated(), await isolated(), await isolated()];
  for (let round = 0; round < 3; ++round) {
    const name = `together-${round}`;
    const cores = await Promise.all(pages.map((page) => PageCore.start(page, name)));
    const answers = await Promise.allSettled(cores.map((core) => core.open({ raw_key: rawKey(1), create: true })));
    const refused = answers.filter((one) => one.status === 'rejected').map((one) => one.reason.code);
    assert.deepEqual(refused, ['vault.locked', 'vault.locked']);
    for (const core of cores) await core.close();
  }
  for (const page of pages) await page.close();
});

test('the network, with shared memory and without', async () => {
  for (const place of ['isolated', 'plain']) {
    const page = await browser.page(`${server.address}/${place}`);
    assert.equal(await page.evaluate('self.crossOriginIsolated'), place === 'isolated');
    const core = await PageCore.start(page, `network-${place}`);
    await core.open({ raw_key: rawKey(1), create: true });
    await makeRealm(core);
    await assert.rejects(core.request('sync.run', { server: server.address }), { code: 'net.busy' });
    await assert.rejects(core.request('sync.run', { server: 'https://localhost:9' }), { code: 'net.unreachable' });
    await core.close();
    await page.close();
  }
});
