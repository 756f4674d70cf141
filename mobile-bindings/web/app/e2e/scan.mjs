// Codes read by a camera, each way that the app offers: a request at the administrator's, a welcome in several codes at the new
// phone, records from screen to screen. The camera is a film of what the other screen shows.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { enter, goTo, quiet } from './acts.mjs';
import { desk, fits, look, newPage, phone, startBrowser } from './page.mjs';
import { film } from './video.mjs';
import { kPassphrase } from './world.mjs';

// What the codes on a page say: each as it turns up.
async function textsOf(page, decode) {
  const code = page.getByRole('dialog').locator('svg.qr');
  await code.waitFor();
  const found = new Map();
  for (let n = 0, all = 1; found.size < all; ++n) {
    assert.ok(n < 400, `${found.size} of ${all} codes`);
    const { label, cells } = await code.evaluate((svg) => {
      const size = svg.viewBox.baseVal.width;
      const dark = [...svg.querySelector('path').getAttribute('d').matchAll(/M(\d+) (\d+)h/g)].map(([, x, y]) => [Number(x), Number(y)]);
      return { label: svg.getAttribute('aria-label'), cells: { size, dark } };
    });
    all = Number(/\/ (\d+)$/.exec(label)?.[1] ?? 1);
    if (!found.has(label)) found.set(label, decode(cells));
    await page.waitForTimeout(100);
  }
  return [...found.entries()].sort(([a], [b]) => a.localeCompare(b, 'vi', { numeric: true })).map(([, text]) => text);
}
async function decoder() {
  const { default: decodeQR } = await import('qr/decode.js');
  return ({ size, dark }) => {
    const kEach = 4; // pixels a module
    const data = new Uint8Array(4 * (size * kEach) ** 2).fill(255);
    for (const [x, y] of dark) for (let dy = 0; dy < kEach; ++dy) for (let dx = 0; dx < kEach; ++dx) data.fill(0, 4 * ((y * kEach + dy) * size * kEach + x * kEach + dx), 4 * ((y * kEach + dy) * size * kEach + x * kEach + dx) + 3);
    return decodeQR({ width: size * kEach, height: size * kEach, data });
  };
}

export default async function* scan(world) {
  const decode = await decoder();
  const seen = join(world.folder, 'camera.y4m');
  film(seen, ['']);
  const browser = await startBrowser(world.serverKey(), [`--use-file-for-fake-video-capture=${seen}`]);
  try {
    const fresh = await world.screens('scanned');
    const page = await newPage(browser, phone);
    await page.goto(fresh.address);
    await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
    await page.getByLabel('Nhập lại mật khẩu').fill(kPassphrase);
    await page.getByRole('button', { name: 'Lập sổ' }).click();
    await page.getByLabel(/^Tên máy/).fill('máy quét');
    await page.getByRole('button', { name: 'Lập đơn xin tham gia' }).click();
    await page.locator('details').first().click();
    const request = await page.getByTestId('request').innerText();
    const code = await page.getByTestId('code').innerText();

    const admin = await world.screens('admin');
    const boss = await newPage(browser, desk);
    await enter(boss, admin.address);
    await goTo(boss, 'devices');
    film(seen, [request.trim()]);
    await boss.getByRole('button', { name: 'Duyệt máy mới' }).click();
    await boss.getByRole('button', { name: 'Quét mã QR' }).click();
    await boss.getByText(code).waitFor();
    yield 'the administrator\'s camera reads the request';

    await boss.getByLabel('Mã đúng như người ấy đọc').check();
    await boss.getByLabel('Đơn vị').selectOption({ label: await boss.getByLabel('Đơn vị').locator('option', { hasText: 'Chiến Thắng' }).innerText() });
    await boss.getByRole('button', { name: 'Duyệt', exact: true }).click();
    await boss.getByRole('button', { name: 'Phiếu kết nạp (mã QR)' }).click();
    const parts = await textsOf(boss, decode);
    assert.ok(parts.length > 1, 'a welcome of several codes');
    await boss.context().close();
    admin.child.kill('SIGTERM');

    film(seen, parts.slice(0, -1));
    await page.getByRole('button', { name: 'Quét mã QR' }).click();
    await page.getByText('Còn 1 mã nữa').first().waitFor();
    assert.equal(await page.getByRole('alert').count(), 0, 'what is still to come is no error');
    await look(page, 'scan-welcome', { full: false, themes: ['dark'] });
    await fits(page);
    await page.keyboard.press('Escape');
    film(seen, parts.slice(-1));
    await page.getByRole('button', { name: 'Quét mã QR' }).click();
    await page.getByRole('heading', { name: 'Việc hôm nay' }).waitFor();
    yield `the new phone\'s camera reads its welcome, ${parts.length} codes on the way, and it has joined`;

    world.gandan('phone2', 'record', 'add', 'opinion_note', '--set', 'summary=Dân hỏi giờ mở nhà văn hoá');
    const other = await world.screens('phone2');
    const giver = await newPage(browser, phone);
    await enter(giver, other.address);
    await goTo(giver, 'carry');
    await giver.getByRole('button', { name: /Hiện dưới dạng mã QR/ }).click();
    film(seen, await textsOf(giver, decode));
    await goTo(page, 'carry');
    await page.getByRole('button', { name: 'Quét mã của máy khác' }).click();
    await page.getByText(/^Đã nhận: /).waitFor();
    yield 'records go from screen to screen by the camera';
    quiet(page, [/4\d\d/]);
    for (const one of [fresh, other]) one.child.kill('SIGTERM');
  } finally {
    await browser.close();
  }
}
