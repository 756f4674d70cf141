// A receiving office, at a desk: reads what came in, returns one, accepts another, prints, counts the quarter.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { enter, goTo, quiet, saysServer, sync } from './acts.mjs';
import { excelDay, excelTime, readBook } from './book.mjs';
import { desk, fits, look, newPage, phone, printed } from './page.mjs';
import { day } from './world.mjs';

async function taken(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  return Buffer.concat(await (await file.createReadStream()).toArray());
}

// Made, and read again on a device that never saw these records: only a bundle of its enrolment, and this file.
async function* backup(world, page) {
  await goTo(page, 'more');
  await page.getByRole('link', { name: 'Sao lưu ra USB' }).click();
  await page.getByText('Trong tệp không có').waitFor();
  await look(page, 'office-backup', { themes: ['dark'] });
  await page.evaluate(() => { window.showSaveFilePicker = async ({ suggestedName }) => (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true }); });
  await page.getByRole('button', { name: 'Ghi tệp sao lưu' }).click();
  await page.getByText(/đọc lại từ nơi cất: khớp/).waitFor();
  await page.evaluate(() => { delete window.showSaveFilePicker; window.showSaveFilePicker = undefined; });
  const file = await taken(page, 'Ghi tệp sao lưu');
  await page.getByText(/nơi trình duyệt lưu tệp/).waitFor();
  await page.locator('input[type=file]').setInputFiles({ name: 'a.bundle', mimeType: 'application/octet-stream', buffer: file });
  await page.getByText('Tệp đọc được; mọi thứ trong đó máy này đã có.').waitFor();
  await look(page, 'office-backup-made', { full: false });
  const ids = async () => (await page.evaluate(async () => (await (await fetch('/request', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ method: 'record.list', params: { deleted: true, limit: 10000 } }) })).json()).ok.records)).map((row) => row.id).sort();
  world.enrol('office-new', 'office', '20.KV1');
  assert.ok(world.gandan('office-new', 'record', 'list').records.length < (await ids()).length);
  writeFileSync(`${world.folder}/usb.bundle`, file);
  world.gandan('office-new', 'bundle', 'import', `${world.folder}/usb.bundle`);
  assert.deepEqual(world.gandan('office-new', 'record', 'list', '--deleted', '--limit', '10000').records.map((row) => row.id).sort(), await ids());
  yield 'a backup is written, read again and compared; on a new device of the unit it gives every record back';
}

// The computer's disk, which only the program knows of.
async function* nearlyFull(page) {
  assert.equal(await page.getByText('gần đầy').count(), 0);
  const state = /\/state$/;
  await page.route(state, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), disk: { free: 312e6, size: 256e9 } } });
  });
  await goTo(page, 'sync');
  await sync(page);
  for (const place of ['inbox', 'report', 'backup', 'more']) {
    await goTo(page, place);
    await page.getByText('Ổ đĩa của máy tính này gần đầy, còn 312 MB.').waitFor();
    if (place === 'inbox' || place === 'more') await look(page, `office-nearly-full-${place}`, { full: false, themes: ['dark'] });
  }
  await page.unroute(state);
  await goTo(page, 'sync');
  await sync(page);
  await goTo(page, 'inbox');
  await page.getByText('gần đầy').waitFor({ state: 'detached' });
  await page.locator('.virtual a').first().click();
  yield 'a disk that is nearly full is said on the screens of an office computer';
}

export default async function* office(world, browser) {
  world.visits('phone2', 9);
  world.sync('phone2');
  const { child, address } = await world.screens('office');
  const page = await newPage(browser, desk);
  await enter(page, address);
  await saysServer(page, world);
  await sync(page);
  yield 'fetched by one press';

  await page.getByRole('link', { name: 'Hồ sơ đến' }).click();
  await page.getByRole('button', { name: /Chờ xem \([1-9]/ }).waitFor();
  await page.locator('.virtual a').first().click();
  await page.getByRole('button', { name: 'Nhận hồ sơ' }).waitFor();
  await look(page, 'office-inbox', { full: false, themes: ['dark'] });
  yield 'the inbox lists what waits, and shows one beside it';
  yield* nearlyFull(page);

  await page.evaluate(() => { window.printed = []; const print = () => window.printed.push(document.querySelector('#print')?.contentDocument.body.innerText ?? ''); new MutationObserver(() => { const frame = document.querySelector('#print'); if (frame && !frame.watched) { frame.watched = true; frame.addEventListener('load', print, { capture: true }); } }).observe(document.body, { childList: true }); });
  await page.getByRole('main').getByRole('button', { name: 'In', exact: true }).click();
  await page.waitForFunction(() => window.printed.length > 0);
  assert.match((await page.evaluate(() => window.printed[0])), /CỘNG H[OÒ]A|BIÊN BẢN/);
  yield 'the record prints as minutes';

  await page.getByRole('button', { name: 'Trả lại' }).click();
  await page.getByLabel('Hỏi lại điều gì?').fill('Ai đã ký biên bản?');
  await page.getByRole('dialog').getByRole('button', { name: 'Trả lại' }).click();
  await page.getByText('bị trả lại', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: /Chờ xem/ }).click();
  await page.locator('.virtual a').first().click();
  await page.getByRole('button', { name: 'Nhận hồ sơ' }).click();
  await page.getByText('đã được nhận', { exact: true }).first().waitFor();
  yield 'one is returned with a question, one accepted';

  await page.getByRole('button', { name: 'Tất cả' }).click();
  await page.getByRole('button', { name: /Lọc/ }).click();
  await page.getByLabel('Loại hồ sơ').selectOption('mobilisation_visit');
  await look(page, 'office-filter', { full: false });
  await page.getByRole('dialog').getByRole('button', { name: 'Xem', exact: true }).click();
  await page.getByRole('button', { name: 'Tải, in' }).click();
  await look(page, 'office-export', { full: false, themes: ['dark'] });
  const text = (await taken(page, 'Tải cả sổ với mọi mục (CSV)')).toString();
  assert.match(text, /Đường nối vành đai/);
  assert.match(text, /Mã hộ/);
  assert.ok(JSON.parse((await taken(page, 'Tải bản đồ (GeoJSON)')).toString()).features.length >= 9);
  const book = readBook(await taken(page, 'Tải cả sổ với mọi mục (XLSX)'));
  const [heads, ...rows] = book.sheets[0];
  const column = (name) => heads.findIndex((cell) => cell.value === name);
  assert.ok(rows.length >= 9 && rows.length === text.trim().split('\r\n').length - 1, 'as many rows as the text file');
  assert.ok(rows.every((row) => row[column('Mã hộ')].type === 'text' && row[column('Ngày')].format === 'dd/mm/yyyy' && row[column('Bắt đầu')].format === 'dd/mm/yyyy hh:mm'));
  const dated = rows.find((row) => row[column('Hồ sơ')].value.includes('H001'));
  assert.equal(excelDay(dated[column('Ngày')].value), day(2));
  assert.equal(excelTime(dated[column('Bắt đầu')].value), '19:40');
  assert.ok(Math.abs(dated[column('Vị trí, vĩ độ')].value - 21.85) < 0.05, 'degrees are numbers');
  yield 'a register as a table, as a spreadsheet with texts, numbers and days, and as a map';

  await page.evaluate(() => { window.printed.length = 0; });
  await page.getByRole('button', { name: 'In cả sổ' }).click();
  await page.waitForFunction(() => window.printed.length > 0);
  const paper = await page.evaluate(() => document.querySelector('#print').srcdoc);
  assert.equal(paper.match(/<tbody>/g).length, rows.length);
  assert.match(paper, /Nguyện vọng|Đã giải thích/);
  await printed(page, paper, 'office-register');
  await page.keyboard.press('Escape');
  yield 'the whole register prints on A4, every field of every record';

  await goTo(page, 'report');
  await page.getByRole('button', { name: /Năm 2026|Năm \d+/ }).click();
  await page.getByText('Lượt vận động hộ dân').waitFor();
  await look(page, 'office-report');
  const figures = readBook(await taken(page, 'Tải bảng (XLSX)'));
  const visits = figures.sheets[0].find((row) => row[0].value === 'Lượt vận động hộ dân');
  assert.equal(visits[1].type, 'number');
  assert.equal(figures.sheets[1].filter((row) => row[0].value === 'Lượt vận động hộ dân' && row[5].value === 'đã tính').length, visits[1].value, 'a line for each record that was counted');
  await page.getByRole('button', { name: /Lượt vận động hộ dân/ }).click();
  await page.getByRole('dialog').locator('.list a').nth(3).waitFor();
  await look(page, 'office-behind', { full: false });
  await page.getByRole('dialog').locator('.list a').first().click();
  await page.getByText('Tới chưa?').waitFor();
  yield 'each number of the report opens to its records';

  yield* backup(world, page);

  for (const [place, heading] of [['devices', 'Các máy'], ['conflicts', 'Ghi trùng'], ['duplicates', 'Có thể ghi hai lần'], ['today', 'Việc hôm nay']]) {
    await goTo(page, place);
    await page.getByRole('heading', { name: heading }).first().waitFor();
    await look(page, `office-${place}`);
  }
  child.kill('SIGTERM');
  const small = await newPage(browser, phone);
  const again = await world.screens('office');
  await enter(small, again.address);
  await goTo(small, 'inbox');
  await small.locator('.virtual a').first().waitFor();
  await fits(small);
  await look(small, 'office-inbox-phone', { full: false });
  await goTo(small, 'report');
  await small.getByText('Lượt vận động hộ dân').waitFor();
  await fits(small);
  yield 'the same on a phone';
  quiet(page, [/4\d\d|net::ERR/]);
  again.child.kill('SIGTERM');
}
