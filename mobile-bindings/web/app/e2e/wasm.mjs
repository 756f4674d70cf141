// The app as people install it: from the real server, the core in the page. Offline, reloaded, killed while writing.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { goTo, joinByCard, quiet, saved } from './acts.mjs';
import { app, kPassphrase } from './world.mjs';
import { look, newPage, phone } from './page.mjs';

const kWait = 60_000; // the first start compiles a megabyte of WebAssembly on a shared machine
export default async function* wasm(world, browser) {
  assert.ok(existsSync(`${app}/index.html`), 'the app is built');
  const page = await newPage(browser, phone);
  page.setDefaultTimeout(kWait);
  await joinByCard(page, world);
  await goTo(page, 'records');
  await page.locator('.virtual a').first().waitFor();
  yield 'made, joined by the card, and filled by its first sync, all in the browser';

  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await page.getByRole('button', { name: 'Mở sổ' }).click();
  await page.getByText('Không có mạng').first().waitFor({ state: 'attached' }); // on a phone the sign alone
  await goTo(page, 'write/new/mobilisation_visit');
  await page.getByLabel('Dự án').fill('Đường nối vành đai');
  await page.getByLabel('Mã hộ').fill('H042');
  await saved(page);
  const address = page.url();
  yield 'without a network it starts, opens and writes';

  await page.getByLabel('Nguyện vọng của hộ').pressSequentially('Xin đổi đất gần ruộng cũ', { delay: 10 });
  await saved(page);
  const client = await page.context().newCDPSession(page);
  void client.send('Page.crash').catch(() => undefined);
  await page.waitForEvent('crash');
  const after = await page.context().newPage();
  after.setDefaultTimeout(kWait);
  after.faults = page.faults;
  await page.close();
  await after.goto(address);
  await after.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await after.getByRole('button', { name: 'Mở sổ' }).click();
  await after.getByLabel('Nguyện vọng của hộ').waitFor();
  assert.equal(await after.getByLabel('Nguyện vọng của hộ').inputValue(), 'Xin đổi đất gần ruộng cũ');
  yield 'the tab is killed in the middle of writing: every word is there';

  await goTo(after, 'today');
  await after.getByText(/chưa tới máy chủ/).first().waitFor();
  await after.context().setOffline(false);
  await after.getByRole('main').getByRole('button', { name: 'Gửi và nhận' }).click();
  await after.getByText('Mọi hồ sơ đã tới máy chủ.').first().waitFor();
  await look(after, 'wasm-today');
  await goTo(after, 'more');
  await after.getByText('Bộ nhớ').first().waitFor();
  await look(after, 'wasm-more');
  assert.equal(await after.getByText('Bộ nhớ gần đầy').count(), 0);
  await after.evaluate(() => { navigator.storage.estimate = async () => ({ usage: 9.97e9, quota: 1e10 }); });
  await goTo(after, 'today');
  await after.getByRole('main').getByRole('button', { name: 'Gửi và nhận' }).click();
  await after.getByText('Bộ nhớ gần đầy').waitFor();
  await look(after, 'wasm-nearly-full', { full: false, themes: ['dark', 'sun'] });
  await after.getByText('Bộ nhớ gần đầy').click();
  await after.getByText('Bộ nhớ gần đầy').waitFor();
  yield 'storage that is nearly full is said on the first screen, before it is';
  quiet(after, [/4\d\d|net::ERR|Failed to fetch|crash/i]);
  yield 'with the network back, it arrives';
}
