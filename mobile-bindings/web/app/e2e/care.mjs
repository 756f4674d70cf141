// What takes care of people: a sync that hangs is stopped, records go from screen to screen by QR codes, a vault that
// nobody uses is covered at once, and everything can be done without a mouse.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { enter, goTo, quiet, saved, saysServer, sync } from './acts.mjs';
import { desk, fits, look, newPage, phone } from './page.mjs';
import { kPassphrase } from './world.mjs';

const kIdle = 10; // seconds: the shortest that a vault may ask for
const kCovered = 16_000; // ms: before the page would look by itself

// As the page itself would.
async function ask(page, method, params) {
  const answer = await page.evaluate(async (body) => (await fetch('/request', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json(), { method, params });
  assert.equal(answer.error, undefined, JSON.stringify(answer));
  return answer.ok;
}

// A server that takes what comes and never says a word.
async function* stopped(world, page) {
  const sockets = [];
  const silent = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1').unref();
  await once(silent, 'listening');
  await saysServer(page, world);
  await page.getByLabel('Địa chỉ máy chủ').fill(`https://localhost:${silent.address().port}`);
  const met = once(silent, 'connection');
  await page.getByRole('main').getByRole('button', { name: 'Gửi và nhận' }).click();
  await page.getByRole('button', { name: 'Dừng' }).waitFor();
  await met;
  await look(page, 'care-syncing', { themes: ['dark'] });
  await fits(page);
  const begin = performance.now();
  await page.getByRole('button', { name: 'Dừng' }).click();
  await page.getByText('Đã dừng.').waitFor();
  assert.ok(performance.now() - begin < 5000, 'it waited for the network to give up');
  for (const socket of sockets) socket.destroy();
  silent.close();
  await saysServer(page, world);
  await sync(page);
  yield 'a sync whose server says nothing is stopped by a press; the next one goes through';
}

async function codesOf(page) {
  await goTo(page, 'carry');
  await page.getByRole('button', { name: /Hiện dưới dạng mã QR/ }).click();
  const code = page.getByRole('dialog').locator('svg.qr');
  const found = new Map();
  for (let n = 0, all = 1; found.size < all; ++n) {
    assert.ok(n < 300, `${found.size} of ${all} codes`);
    const label = await code.getAttribute('aria-label');
    const picture = await code.screenshot();
    if (label !== (await code.getAttribute('aria-label'))) continue; // it has turned meanwhile
    all = Number(/\/ (\d+)$/.exec(label)[1]);
    found.set(label, picture);
  }
  await page.keyboard.press('Escape');
  return [...found.values()];
}
async function* shown(world, page, browser) {
  await ask(page, 'record.add', { kind: 'opinion_note', record: { summary: 'Dân hỏi chỗ đổ rác' } });
  await saysServer(page, world);
  await sync(page); // the office does not hear of this one
  const { id } = await ask(page, 'record.add', { kind: 'opinion_note', record: { summary: 'Dân hỏi lịch phát thuốc' } });
  const codes = await codesOf(page);
  const { child, address } = await world.screens('office');
  const office = await newPage(browser, desk);
  await enter(office, address);
  await goTo(office, 'carry');
  await office.getByRole('button', { name: 'Quét mã của máy khác' }).click();
  const scanner = office.getByRole('dialog');
  for (const [place, buffer] of codes.entries()) {
    await scanner.locator('input[type=file]').setInputFiles({ name: 'ma.png', mimeType: 'image/png', buffer });
    if (place < codes.length - 1) await scanner.getByText(`Còn ${codes.length - place - 1} mã nữa`).waitFor();
  }
  await office.getByText(/^Đã nhận: /).waitFor();
  await office.getByText(/Thiếu \d+ phần trước đó của máy \S+ \(Xã Chiến Thắng\)/).waitFor();
  await office.getByText('feed.gap').waitFor();
  await look(office, 'care-gap', { themes: ['dark'] });
  await saysServer(office, world);
  await office.getByText(/Thiếu \d+ phần trước đó/).waitFor(); // it stands there until it came
  await sync(office);
  await office.getByText(/Thiếu \d+ phần trước đó/).waitFor({ state: 'detached' });
  await goTo(office, `records/${id}`);
  await office.getByText('Dân hỏi lịch phát thuốc').first().waitFor();
  quiet(office, [/4\d\d/]);
  await office.context().close();
  child.kill('SIGTERM');
  yield `handed over from screen to screen by ${codes.length} QR codes; what the server alone has is named, and comes by a sync`;
}

// Tab after Tab to what has the focus visibly and fits; everything in between has to show it, too.
async function tabTo(page, pattern) {
  for (let n = 0; n < 80; ++n) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      const outlined = (element) => element !== null && getComputedStyle(element).outlineStyle !== 'none';
      const label = one.labels?.[0]?.innerText ?? one.closest('fieldset, .field')?.querySelector('.label, legend')?.innerText ?? '';
      return { says: `${one.getAttribute('aria-label') ?? ''} ${one.innerText ?? ''} ${label}`.trim(), seen: one === document.body || outlined(one) || outlined(one.closest('.option')) || one.matches('input[type=file]') };
    });
    assert.ok(at.seen, `the focus cannot be seen on “${at.says}”`);
    if (pattern.test(at.says)) return;
  }
  throw new Error(`Tab never comes to ${pattern}`);
}
async function* byKeys(page) {
  await goTo(page, 'today');
  await tabTo(page, /^Ghi mới|^Ghi$|Lập hồ sơ|^Viết/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Ghi việc gì?' }).waitFor().catch(() => undefined);
  await tabTo(page, /Phản ánh dư luận/);
  await page.keyboard.press('Enter');
  await page.getByLabel('Tóm tắt').waitFor();
  await tabTo(page, /Tóm tắt/);
  await page.keyboard.type('Ghi bằng bàn phím');
  await saved(page);
  await tabTo(page, /Thái độ|Tâm trạng|Mức độ/);
  await page.keyboard.press('Space');
  await saved(page);
  await tabTo(page, /^Chốt hồ sơ/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  assert.ok(await page.evaluate(() => document.activeElement.closest('dialog') !== null), 'the focus is in the dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.waitForTimeout(200);
  const back = await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200));
  assert.match(back, /Chốt hồ sơ/, `the focus is not back where it was: ${back}`);
  yield 'a record is written without a mouse, and one sees where one is';
}

// Locked in the middle of a sentence, as by a phone that lay in a pocket during the meeting.
async function* interrupted(page) {
  const unlock = async () => {
    await page.getByText('Sổ đang khoá.').waitFor();
    await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
    await page.getByRole('button', { name: 'Mở sổ' }).click();
    await page.getByLabel('Tóm tắt').waitFor();
  };
  await goTo(page, 'write/new/opinion_note');
  await page.getByLabel('Tóm tắt').fill('Dân hỏi');
  await saved(page);
  const { id } = (await ask(page, 'record.list', { kind: 'opinion_note', state: 'draft', limit: 1 })).records[0];
  await ask(page, 'vault.lock', {});
  await unlock();
  assert.equal(await page.getByLabel('Tóm tắt').inputValue(), 'Dân hỏi', 'the same form, not an empty one');
  // The last words had no time to be saved.
  await page.evaluate(() => {
    const field = [...document.querySelectorAll('textarea')].find((one) => one.value === 'Dân hỏi');
    field.value = 'Dân hỏi giá đất';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    void fetch('/request', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"method":"vault.lock","params":{}}' });
  });
  await unlock();
  assert.equal(await page.getByLabel('Tóm tắt').inputValue(), 'Dân hỏi giá đất');
  await saved(page);
  const { document } = await ask(page, 'record.show', { id });
  assert.equal(document.fields.summary, 'Dân hỏi giá đất', 'on the disk, in the same record');
  yield 'locked in the middle of a sentence: the form is there again, with every word';
}

// Addresses that were cut, presses that come twice, a program that has ended: nothing goes blank, nothing is made twice.
async function* clumsy(page) {
  const cut = '#/records?q=%E0%A4%A';
  await page.evaluate((hash) => { location.hash = hash; }, cut);
  await page.reload();
  await page.getByRole('searchbox').waitFor();
  for (const words of ['100%25', 'a&b+c "d"', 'giá 50%']) {
    await goTo(page, 'records');
    await page.getByRole('searchbox').fill(words);
    await page.waitForFunction(() => location.hash.includes('q='));
    await page.reload();
    assert.equal(await page.getByRole('searchbox').inputValue(), words);
  }
  const number = async () => (await ask(page, 'record.list', { kind: 'opinion_note', limit: 1000 })).records.length;
  await goTo(page, 'write/new/opinion_note');
  const copy = page.getByRole('button', { name: 'Chép từ hồ sơ trước' });
  await copy.waitFor();
  const before = await number();
  await copy.evaluate((button) => {
    button.click();
    button.click();
  });
  await page.getByLabel('Tóm tắt').waitFor();
  await page.waitForFunction(() => /write\/[0-9a-z]{26}$/.test(location.hash));
  assert.equal(await number(), before + 1, 'one press, one record');
  yield 'an address cut in two opens; words with signs are searched as they stand; a double tap makes one record';
}
async function* gone(page, child) {
  child.kill('SIGKILL');
  await once(child, 'exit');
  await goTo(page, 'records');
  await page.getByText('Chương trình Gần Dân trên máy tính này đã dừng.').first().waitFor();
  assert.equal(await page.getByText(/Không có hồ sơ|0 hồ sơ/).count(), 0, 'not told that nothing is there');
  await look(page, 'care-gone', { full: false });
  yield 'the program on this computer has ended: it is said, and what to do';
}

async function* covered(page) {
  await ask(page, 'vault.auto_lock', { seconds: kIdle });
  await page.getByText('Sổ đang khoá.').waitFor({ timeout: kCovered });
  assert.equal(await page.getByText('Dân hỏi lịch phát thuốc').count(), 0);
  yield 'nobody used it: the vault locked itself, and its screen is covered at once';
}

export default async function* care(world, browser) {
  const { child, address } = await world.screens('phone2');
  const page = await newPage(browser, phone);
  await enter(page, address);
  yield* stopped(world, page);
  yield* shown(world, page, browser);
  await page.setViewportSize(desk.viewport);
  yield* byKeys(page);
  yield* interrupted(page);
  yield* clumsy(page);
  yield* covered(page);
  quiet(page, [/4\d\d/]);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await page.getByRole('button', { name: 'Mở sổ' }).click();
  await page.getByRole('navigation').waitFor();
  yield* gone(page, child);
}
