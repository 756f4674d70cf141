// A new device from its first start to its first record: vault made, request handed over, code compared, approved, joined.
import assert from 'node:assert/strict';
import { enter, goTo, quiet, saved } from './acts.mjs';
import { desk, fits, look, newPage, phone } from './page.mjs';
import { kPassphrase } from './world.mjs';

export default async function* enrol(world, browser) {
  const fresh = await world.screens('fresh');
  const page = await newPage(browser, phone);
  await page.goto(fresh.address);
  await page.getByRole('heading', { name: 'Lập sổ trên máy này' }).waitFor();
  await look(page, 'enrol-create');
  await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await page.getByLabel('Nhập lại mật khẩu').fill(`${kPassphrase}!`);
  await page.getByRole('button', { name: 'Lập sổ' }).click();
  await page.getByText('Hai lần nhập chưa giống nhau.').waitFor();
  await page.getByLabel('Nhập lại mật khẩu').fill(kPassphrase);
  await page.getByRole('button', { name: 'Lập sổ' }).click();
  await page.getByRole('heading', { name: 'Vào hệ thống' }).waitFor();
  await page.getByLabel(/^Tên máy/).fill('xã Chiến Thắng, máy mới');
  await page.getByRole('button', { name: 'Lập đơn xin tham gia' }).click();
  const code = await page.getByTestId('code').innerText();
  await page.locator('details').first().click();
  const request = await page.getByTestId('request').innerText();
  await look(page, 'enrol-request');
  await fits(page);
  yield 'the vault is made; the request is a QR code, a text and a file';

  const admin = await world.screens('admin');
  const boss = await newPage(browser, desk);
  await enter(boss, admin.address);
  await goTo(boss, 'devices');
  await boss.getByRole('button', { name: 'Duyệt máy mới' }).click();
  await boss.getByLabel('Đơn xin tham gia').fill(request);
  await boss.getByRole('button', { name: 'Xem đơn' }).click();
  await boss.getByText(code).waitFor();
  await boss.getByLabel('Mã đúng như người ấy đọc').check();
  await boss.getByLabel('Vai trò').selectOption('cadre');
  await boss.getByLabel('Đơn vị').selectOption({ label: await boss.getByLabel('Đơn vị').locator('option', { hasText: 'Chiến Thắng' }).innerText() });
  await look(boss, 'enrol-approve', { full: false });
  await boss.getByRole('button', { name: 'Duyệt', exact: true }).click();
  const [download] = await Promise.all([boss.waitForEvent('download'), boss.getByRole('button', { name: 'Tải gói kết nạp' }).click()]);
  const bundle = Buffer.concat(await (await download.createReadStream()).toArray());
  await boss.getByRole('button', { name: 'Phiếu kết nạp (mã QR)' }).click();
  await boss.locator('.qr').first().waitFor();
  await look(boss, 'enrol-welcome', { full: false });
  yield 'the administrator compares the code and approves';

  await page.getByLabel(/^Vân tay hệ thống/).fill(world.fingerprint);
  await page.locator('input[type=file]').last().setInputFiles({ name: 'may-moi.enrolment', mimeType: 'application/octet-stream', buffer: bundle });
  await page.getByRole('heading', { name: 'Việc hôm nay' }).waitFor();
  await goTo(page, 'write/new/mobilisation_visit');
  await page.getByLabel('Dự án').fill('Đường nối vành đai');
  await page.getByLabel('Mã hộ').fill('123456789');
  await page.getByText('Mã hộ ngắn, không phải số căn cước.').waitFor();
  assert.match(await page.locator('.save-state').innerText(), /1 mục ghi chưa đúng/);
  await page.getByLabel('Mã hộ').fill('H017');
  await saved(page);
  await page.getByText('Mã hộ ngắn, không phải số căn cước.').waitFor({ state: 'detached' });
  await page.getByLabel('Đã lập, hộ không ký').check();
  await page.getByLabel('Lý do không ký').waitFor();
  await page.getByLabel('Đã lập, hộ ký').check();
  await page.getByLabel('Lý do không ký').waitFor({ state: 'detached' });
  yield 'the new device joins and writes: constraints and relevance answer at once';
  quiet(page, [/4\d\d/]);
  fresh.child.kill('SIGTERM');
  admin.child.kill('SIGTERM');
}
