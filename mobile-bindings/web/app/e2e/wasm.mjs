// The app as people install it: from the real server, the core in the page. Offline, reloaded, killed while writing.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { goTo, joinByCard, quiet, saved, savedNow } from './acts.mjs';
import { app, kPassphrase } from './world.mjs';
import { fits, look, newPage, phone } from './page.mjs';

// The browser gives no byte more while a record is written: what is on the screen stays, is said not to be saved, and is once
// there is room.
async function* full(page) {
  const client = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await goTo(page, 'write/new/opinion_note');
  await page.getByLabel('Tóm tắt').fill('Dân hỏi việc đo đất');
  await saved(page);
  const address = page.url();
  await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  const failed = page.getByText('Chưa lưu được', { exact: true });
  const content = page.getByLabel('Nội dung').first();
  let typed = '';
  for (let n = 0; n < 100 && (await failed.count()) === 0; ++n) { // what the files have already may still be written
    typed = `Lần ${n}. ${'Dân muốn có mặt khi đo đất. '.repeat(300)}`;
    await content.fill(typed);
    await page.locator('.save-state').getByText(/Đã lưu|Chưa lưu được/).waitFor();
    await page.waitForTimeout(400);
  }
  await failed.waitFor();
  await page.getByText('Bộ nhớ đầy: lần ghi này chưa được lưu, những lần trước vẫn còn.').waitFor();
  await page.getByText('Điều vừa ghi vẫn còn trên màn hình này.').waitFor();
  await page.getByText('disk.full').waitFor();
  await page.getByLabel('Tóm tắt').scrollIntoViewIfNeeded();
  await look(page, 'wasm-full', { full: false, themes: ['dark', 'sun'] });
  await fits(page);
  yield 'a full disk is said in words, and what was written stays on the screen';

  await goTo(page, 'more');
  await page.getByRole('button', { name: 'English' }).click();
  await goTo(page, 'today');
  await page.getByText('what was written last is not saved. Open it again').waitFor();
  await page.getByRole('link', { name: /what was written last is not saved/ }).click();
  await page.getByText('The disk is full: this save was not kept, earlier ones are.').waitFor();
  await goTo(page, 'more');
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  await goTo(page, 'today');
  await page.getByText('điều vừa ghi chưa lưu được').waitFor();
  await look(page, 'wasm-unsaved', { full: false, themes: ['dark'] });
  await page.getByRole('link', { name: /điều vừa ghi chưa lưu được/ }).click();
  assert.equal(await content.inputValue(), typed);
  yield 'who leaves the form finds it again, with every word, in both languages';

  await client.send('Storage.overrideQuotaForOrigin', { origin });
  await savedNow(page);
  assert.equal(page.url(), address);
  await page.reload();
  await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await page.getByRole('button', { name: 'Mở sổ' }).click();
  await content.waitFor();
  assert.equal(await content.inputValue(), typed);
  assert.equal(await page.getByLabel('Tóm tắt').inputValue(), 'Dân hỏi việc đo đất');
  yield 'with room again it is saved, and there after a reload';
}

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
  yield* full(after);
  quiet(after, [/4\d\d|net::ERR|Failed to fetch|crash/i]);
  yield 'with the network back, it arrives';
}
