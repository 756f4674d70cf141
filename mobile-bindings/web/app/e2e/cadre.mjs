// A cadre, on a phone of 360 pixels: writes a meeting while it happens, finalises it, has it signed, sends it.
import assert from 'node:assert/strict';
import { choose, enter, field, goTo, link, quiet, saved, saysServer, sync } from './acts.mjs';
import { fits, look, newPage, phone } from './page.mjs';
import { kTaken, taken } from './photo.mjs';

// A picture of 3000 × 2000 with a place in its EXIF, as phones make them.
async function photo(page) {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(3000, 2000);
    const context = canvas.getContext('2d');
    for (let n = 0; n < 60; ++n) [context.fillStyle = `hsl(${n * 6} 60% 55%)`, context.fillRect(n * 50, (n % 10) * 200, 800, 500)];
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  });
  return Buffer.from(taken(Buffer.from(base64, 'base64')));
}

// Attached as the form's photo number so many; its content, as anybody who reads the record gets it.
async function photographed(page, number, said) {
  await page.locator('input[type=file]').first().setInputFiles({ name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: await photo(page) });
  if (said !== undefined) await page.getByText(said).waitFor();
  const image = page.locator('.photo img').nth(number - 1);
  await image.waitFor();
  assert.deepEqual(await image.evaluate((shown) => [shown.naturalWidth, shown.naturalHeight]), [1067, 1600], 'small, and upright');
  await image.click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: 'Tải tệp về' }).click()]);
  assert.equal(await page.getByText('Máy ảnh ghi:').count(), said === undefined ? 0 : 1);
  if (said !== undefined) {
    await page.getByText('chụp lúc 05/02/2026 09:10:00 · tại 21.85340, 106.76190').waitFor();
    await look(page, 'cadre-camera-says', { full: false, themes: ['dark'] });
  }
  await page.keyboard.press('Escape');
  return Buffer.concat(await (await file.createReadStream()).toArray());
}

export default async function* cadre(world, browser) {
  world.visits('phone', 4);
  const { child, address } = await world.screens('phone');
  const page = await newPage(browser, phone);
  await page.goto(address);
  await page.getByLabel('Mật khẩu', { exact: true }).waitFor();
  await look(page, 'cadre-open', { themes: ['dark'] });
  await page.getByLabel('Mật khẩu', { exact: true }).fill('wrong passphrase');
  await page.getByRole('button', { name: 'Mở sổ' }).click();
  await page.getByRole('alert').getByText('vault.wrong_passphrase').waitFor();
  await enter(page, page.url());
  yield 'a wrong passphrase is said, the right one opens';

  await page.getByText('Cam kết với dân').waitFor();
  await look(page, 'cadre-today', { themes: ['dark', 'sun'] });
  await fits(page);
  assert.match(await page.locator('main').innerText(), /chưa tới máy chủ/);
  yield 'today says what is due and what is not sent';

  await page.getByRole('link', { name: 'Ghi mới' }).click();
  await page.getByRole('heading', { name: 'Dân chủ ở cơ sở' }).waitFor();
  await look(page, 'cadre-kinds');
  await fits(page);
  await page.getByRole('link', { name: /^Họp cộng đồng dân cư/ }).first().click();
  await page.getByLabel('Nội dung chính').fill('Góp công làm đường bê tông');
  await saved(page);
  assert.match(page.url(), /#\/write\/[0-9a-z]{26}$/);
  await link(page, 'Thôn, bản, tổ dân phố', 'Khòn Nưa');
  await link(page, 'Danh sách hộ đã chốt', /./);
  await choose(page, 'Hình thức', 'Tổ chức cuộc họp');
  const start = field(page, /^Bắt đầu/);
  await start.getByRole('button', { name: 'Bây giờ' }).click();
  await field(page, 'Ngày thông báo').locator('input').first().fill('1/11/2026');
  yield 'a draft is saved from its first words on';

  const roll = field(page, 'Điểm danh theo hộ');
  for (let n = 1; n <= 9; ++n) await roll.getByRole('button', { name: `H${String(n).padStart(2, '0')}` }).click();
  await roll.getByText('Có mặt 9 / 12 hộ').waitFor();
  await saved(page);
  yield 'attendance by tapping the roll';

  await page.getByRole('button', { name: 'Thêm: Biểu quyết và quyết định' }).click();
  await choose(page, 'Loại việc (Điều 15)', 'Khoản 1: đóng góp xây dựng công trình công cộng');
  await page.getByLabel('Việc đưa ra biểu quyết').fill('Mỗi hộ góp 3 công');
  await choose(page, 'Cách biểu quyết', 'Giơ tay');
  const agree = page.getByRole('button', { name: 'Số hộ đồng ý: thêm một' });
  for (let n = 0; n < 7; ++n) await agree.click();
  await page.locator('.verdict.fails').first().waitFor();
  const before = await page.locator('.item .verdict').first().innerText();
  await agree.click();
  await page.locator('.item .verdict.holds').first().waitFor();
  assert.notEqual(await page.locator('.item .verdict').first().innerText(), before);
  await page.locator('.votes').scrollIntoViewIfNeeded();
  await look(page, 'cadre-votes', { full: false, themes: ['dark'] });
  yield 'the verdict changes with the count: 7 of 12 fail, 8 of 12 hold';

  const present = page.getByLabel('Số hộ không đồng ý', { exact: true });
  await present.fill('0');
  await page.getByLabel('Số hộ có ý kiến khác', { exact: true }).fill('1');
  await page.getByLabel('Nội dung quyết định').fill('Mỗi hộ góp 3 công, làm trong tháng 12.');
  await page.getByRole('button', { name: 'Lấy vị trí' }).click();
  await page.getByText('21.85340, 106.76190').waitFor();
  const stripped = await photographed(page, 1);
  assert.ok(!stripped.includes('Exif'), 'nothing of the camera is in it');
  await page.getByLabel('Giữ nơi chụp, giờ chụp').first().check();
  await page.getByText('Đừng bật khi ảnh có thể làm lộ').waitFor();
  const kept = await photographed(page, 2, 'Ảnh mang theo nơi chụp và giờ chụp.');
  assert.ok(kept.includes('Exif') && kept.includes(kTaken.replaceAll('-', ':')), 'it says when it was taken');
  await page.getByLabel('Giữ nơi chụp, giờ chụp').first().uncheck();
  await look(page, 'cadre-form', { themes: ['sun'] });
  await fits(page);
  yield `position and photos: made small (${stripped.length} bytes), what the camera said taken out of one, kept in the other by wish`;

  await page.getByRole('button', { name: 'Chốt hồ sơ' }).click();
  await page.getByText('Chưa chốt được, còn thiếu:').waitFor();
  await look(page, 'cadre-missing', { full: false });
  await page.getByRole('dialog').getByRole('button', { name: /Địa điểm/ }).click();
  await page.getByLabel('Địa điểm').fill('Nhà văn hóa thôn Khòn Nưa');
  await page.getByLabel('Người chủ trì').fill('Trưởng thôn');
  await page.getByLabel('Thư ký').first().fill('Thư ký cuộc họp');
  await page.getByRole('button', { name: 'Thêm: Chương trình họp' }).click();
  await field(page, /^Nội dung \*?$/).locator('textarea').last().fill('Bàn mức góp công');
  await field(page, /^Kết thúc/).getByRole('button', { name: 'Bây giờ' }).click();
  await page.getByText('Đã ghi đủ').waitFor();
  yield 'what is missing is listed, and the list leads there';

  // Words that are still being typed when the tab dies.
  await page.getByLabel('Kết luận').pressSequentially('Thống nhất góp công làm đường', { delay: 8 });
  await saved(page);
  const address2 = page.url();
  await page.getByLabel('Kết luận').pressSequentially('; làm xong trước Tết', { delay: 8 });
  await page.waitForTimeout(700);
  await page.reload();
  await page.getByLabel('Kết luận').waitFor();
  assert.equal(page.url(), address2);
  assert.equal(await page.getByLabel('Kết luận').inputValue(), 'Thống nhất góp công làm đường; làm xong trước Tết');
  yield 'reloading loses no word';

  await page.getByRole('button', { name: 'Chốt hồ sơ' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Chốt hồ sơ' }).click();
  await page.getByText('đã chốt', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Ký trên màn hình' }).click();
  await page.getByLabel('Ký với tư cách').selectOption('village_head');
  const pad = await page.locator('canvas.pad').boundingBox();
  await page.mouse.move(pad.x + 30, pad.y + 60);
  await page.mouse.down();
  for (let n = 0; n < 30; ++n) await page.mouse.move(pad.x + 30 + n * 8, pad.y + 60 + 40 * Math.sin(n / 2));
  await page.mouse.up();
  await look(page, 'cadre-sign', { full: false });
  await page.getByRole('dialog').getByRole('button', { name: 'Ký trên màn hình' }).click();
  await page.getByText(/Trưởng thôn/).first().waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.match(await page.locator('main').innerText(), /Ký|ký/);
  yield 'finalised, and signed on the screen';

  const record = page.url();
  assert.match(await page.locator('main').innerText(), /Tới chưa\?/);
  await saysServer(page, world);
  await sync(page);
  await look(page, 'cadre-sync');
  await page.goto(record);
  await page.getByText(/Máy chủ đã nhận đủ/).first().waitFor();
  await look(page, 'cadre-record', { themes: ['dark'] });
  await fits(page);
  await page.getByRole('button', { name: 'Lịch sử' }).click();
  await page.locator('.story > li').nth(3).waitFor();
  await look(page, 'cadre-history');
  yield 'sent: did it arrive? is answered for the record and its photo, and its story is told';

  await page.getByRole('button', { name: 'Việc khác' }).click();
  await page.getByRole('button', { name: 'Lập hồ sơ mới từ hồ sơ này' }).click();
  await page.getByLabel('Nội dung chính').waitFor();
  assert.equal(await page.getByLabel('Nội dung chính').inputValue(), 'Góp công làm đường bê tông');
  assert.equal(await field(page, 'Ngày thông báo').locator('input').first().inputValue(), '');
  await page.getByRole('button', { name: 'Để sau' }).click();
  await page.getByRole('button', { name: 'Việc khác' }).click();
  await page.getByRole('button', { name: 'Rút hồ sơ' }).click();
  await page.getByLabel(/Vì sao rút/).fill('Lập nhầm');
  await page.getByRole('dialog').getByRole('button', { name: 'Rút hồ sơ' }).click();
  await page.getByText('đã rút', { exact: true }).first().waitFor();
  yield 'the last meeting is copied; a mistake is withdrawn, with its reason';

  await goTo(page, 'records');
  await page.locator('.virtual a').first().waitFor();
  await look(page, 'cadre-list', { full: false });
  await page.getByLabel('Tìm theo chữ').fill('duong be tong');
  await page.locator('mark').first().waitFor();
  await goTo(page, 'carry');
  await page.getByRole('heading', { name: 'Đưa bằng tệp' }).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Lập tệp gói' }).click()]);
  assert.match(download.suggestedFilename(), /\.bundle$/);
  await look(page, 'cadre-carry');
  yield 'searched without diacritics; handed over by file';

  await goTo(page, 'more');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Display' }).waitFor();
  await page.getByRole('button', { name: 'Very large' }).click();
  await look(page, 'cadre-more-large');
  await fits(page);
  await page.getByRole('button', { name: 'Normal', exact: true }).click();
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await page.getByLabel('Mật khẩu hiện nay').fill('gan dan trong dan');
  await page.getByLabel('Mật khẩu mới').fill('mat khau moi 1');
  await page.getByLabel('Nhập lại mật khẩu').fill('mat khau moi 1');
  await page.getByRole('dialog').getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await page.getByText('Đã đổi mật khẩu.').waitFor();
  await page.getByRole('button', { name: 'Khoá ngay' }).click();
  await page.getByText('Sổ đang khoá.').waitFor();
  await look(page, 'cadre-locked');
  await page.getByLabel('Mật khẩu', { exact: true }).fill('mat khau moi 1');
  await page.getByRole('button', { name: 'Mở sổ' }).click();
  await page.getByRole('navigation').waitFor();
  yield 'English, very large text, another passphrase, locked and unlocked';
  quiet(page, [/401|422|400|403|404|409|500/]);
  child.kill('SIGTERM');
}
