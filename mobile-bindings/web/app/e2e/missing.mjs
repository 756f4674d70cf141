// What comes by hand and lacks something: a phone hears by file that its unit has a new key, and has not got it; a file lacks
// what the server has. Both are said in words, in both languages, and what helps helps.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { enter, goTo, quiet, saved, saysServer, sync } from './acts.mjs';
import { desk, fits, look, newPage, phone } from './page.mjs';

// What the server has not of that vault, as a file.
function handed(world, vault, ...more) {
  const file = `${world.folder}/${vault}-${Date.now()}.bundle`;
  world.gandan(vault, 'bundle', 'export', file, ...more);
  return { name: 'goi.bundle', mimeType: 'application/octet-stream', buffer: readFileSync(file) };
}
const note = (world, vault, summary) => world.record(vault, 'opinion_note', { summary });

async function* key(world, browser) {
  world.enrol('lost', 'cadre', '20.X1');
  for (const name of ['admin', 'phone', 'phone2']) world.sync(name);
  world.gandan('admin', 'device', 'revoke', 'may-lost', '--reason', 'lost');
  world.sync('admin');
  world.sync('phone2');
  const { child, address } = await world.screens('phone');
  const page = await newPage(browser, phone);
  await enter(page, address);
  assert.equal(await page.getByText('Khoá mới của').count(), 0);
  await goTo(page, 'carry');
  await page.locator('input[type=file]').setInputFiles(handed(world, 'phone2'));
  await page.getByText(/^Đã nhận: /).waitFor();
  await goTo(page, 'today');
  const said = page.getByText('Khoá mới của Xã Chiến Thắng chưa tới máy này.');
  await said.waitFor();
  await look(page, 'missing-key', { full: false, themes: ['dark', 'sun'] });
  await fits(page);
  await goTo(page, 'write/new/opinion_note');
  await said.waitFor();
  await page.getByLabel('Tóm tắt').fill('Dân hỏi giá đất');
  await saved(page);
  await look(page, 'missing-key-write', { full: false });
  await fits(page);
  yield 'a phone that heard of a new key and has not got it says so, by the unit, and goes on writing';

  await saysServer(page, world);
  await said.waitFor();
  await sync(page);
  await said.waitFor({ state: 'detached' });
  await sync(page); // what waited for the key
  await page.getByText('Mọi hồ sơ đã tới máy chủ.').first().waitFor();
  quiet(page, [/4\d\d/]);
  await page.context().close();
  child.kill('SIGTERM');
  yield 'a sync brings the key, and what waited goes';
}

async function* gap(world, browser) {
  world.sync('office'); // and has every key
  note(world, 'phone2', 'Dân hỏi chỗ họp');
  world.sync('phone2'); // the office does not hear of this one
  const id = note(world, 'phone2', 'Dân hỏi giờ họp');
  const { child, address } = await world.screens('office');
  const page = await newPage(browser, desk);
  await enter(page, address);
  await goTo(page, 'carry');
  await page.locator('input[type=file]').setInputFiles(handed(world, 'phone2'));
  await page.getByText(/Thiếu \d+ phần trước đó của máy \S+ \(Xã Chiến Thắng\)\. \d+ phần sau đã giữ nguyên/).waitFor();
  await page.getByText(/nhờ máy ấy lập lại tệp gói, gồm cả phần máy chủ đã có/).waitFor();
  await look(page, 'missing-gap', { themes: ['dark'] });
  await page.setViewportSize(phone.viewport);
  await look(page, 'missing-gap-phone');
  await fits(page);
  await page.setViewportSize(desk.viewport);
  await goTo(page, 'more');
  await page.getByRole('button', { name: 'English' }).click();
  await goTo(page, 'sync');
  await page.getByText(/\d+ earlier segments of device \S+ \(Xã Chiến Thắng\) are missing/).waitFor();
  await page.getByText('feed.gap').waitFor();
  await goTo(page, 'more');
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  yield 'a file that lacks what the server has says whose segments are missing, and what to do, in both languages';

  await goTo(page, 'backup');
  await page.locator('input[type=file]').setInputFiles(handed(world, 'phone2', '--everything'));
  await page.getByText(/^Đã nhận: /).waitFor();
  assert.equal(await page.getByText(/Thiếu \d+ phần/).count(), 0);
  await goTo(page, `records/${id}`);
  await page.getByText('Dân hỏi giờ họp').first().waitFor();
  quiet(page, [/4\d\d/]);
  child.kill('SIGTERM');
  yield 'the same file with everything in it fills the gap';
}

export default async function* missing(world, browser) {
  yield* key(world, browser);
  yield* gap(world, browser);
}
