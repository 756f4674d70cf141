// A receiving office, at a desk: reads what came in, returns one, accepts another, prints, counts the quarter.
import assert from 'node:assert/strict';
import { enter, goTo, quiet, saysServer, sync } from './acts.mjs';
import { desk, fits, look, newPage, phone } from './page.mjs';

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
  await page.getByRole('button', { name: 'Tải tệp về' }).click();
  const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Tải cả sổ với mọi mục (CSV)' }).click()]);
  const text = (await (await table.createReadStream()).toArray()).join('');
  assert.match(text, /Đường nối vành đai/);
  assert.match(text, /Mã hộ/);
  const [map] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Tải bản đồ (GeoJSON)' }).click()]);
  assert.ok(JSON.parse((await (await map.createReadStream()).toArray()).join('')).features.length >= 9);
  await page.keyboard.press('Escape');
  yield 'a register as a table and as a map';

  await goTo(page, 'report');
  await page.getByRole('button', { name: /Năm 2026|Năm \d+/ }).click();
  await page.getByText('Lượt vận động hộ dân').waitFor();
  await look(page, 'office-report');
  await page.getByRole('button', { name: /Lượt vận động hộ dân/ }).click();
  await page.getByRole('dialog').locator('.list a').nth(3).waitFor();
  await look(page, 'office-behind', { full: false });
  await page.getByRole('dialog').locator('.list a').first().click();
  await page.getByText('Tới chưa?').waitFor();
  yield 'each number of the report opens to its records';

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
