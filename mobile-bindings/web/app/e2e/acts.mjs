// What people do in every story.
import assert from 'node:assert/strict';
import { kPassphrase } from './world.mjs';

export async function enter(page, address) {
  await page.goto(address);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await page.getByRole('button', { name: 'Mở sổ' }).click();
  await page.getByRole('navigation').waitFor();
}
export const goTo = async (page, place) => {
  await page.evaluate((hash) => { location.hash = hash; }, `#/${place}`);
};
// A new phone: the app from the server, a vault in the browser, a place in the realm by its card, everything by a first sync.
export async function joinByCard(page, world) {
  await page.goto(`${world.serverAddress}/app/`);
  await page.getByRole('heading', { name: 'Lập sổ trên máy này' }).waitFor();
  await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await page.getByLabel('Nhập lại mật khẩu').fill(kPassphrase);
  await page.getByRole('button', { name: 'Lập sổ' }).click();
  await page.getByLabel(/^Tên máy/).fill('điện thoại');
  await page.getByRole('button', { name: 'Lập đơn xin tham gia' }).click();
  await page.locator('details').first().click();
  const request = await page.getByTestId('request').innerText();
  world.approve(request, '--role', 'cadre', '--unit', '20.X1');
  world.sync('admin');
  const { card } = world.gandan('admin', 'realm', 'card');
  await page.getByLabel('Dán đoạn chữ').fill(card.trim());
  await page.getByRole('button', { name: 'Nhận', exact: true }).click();
  await page.getByText('Chưa có quyết định duyệt ở đây').first().waitFor();
  await goTo(page, 'sync');
  await page.getByRole('main').getByRole('button', { name: 'Gửi và nhận' }).click();
  await page.getByText('Đã gửi và nhận xong').first().waitFor();
}
// The field with that label, whatever it is made of.
export const field = (page, label) => page.locator('.field').filter({ has: page.locator(`:scope > .label, :scope > legend`).filter({ hasText: label }) }).last();
export async function choose(page, label, option) {
  const place = field(page, label);
  const select = place.locator('select');
  if ((await select.count()) > 0) await select.selectOption({ label: option });
  else await place.locator('label', { hasText: option }).first().click();
}
export async function link(page, label, title) {
  await field(page, label).getByRole('button').first().click();
  await page.getByRole('dialog').locator('.list').getByRole('button', { name: title }).first().click();
}
export async function saved(page) {
  await page.locator('.save-state .kept').waitFor();
}
// Once there is room. Opened again the form tries by itself, and may have found a place in what the files had already.
export async function savedNow(page) {
  const again = page.getByRole('button', { name: 'Thử lại' });
  await page.locator('.save-state .kept').or(again).first().waitFor();
  // The button goes by itself where that try ends well meanwhile.
  if ((await again.count()) > 0) await again.click({ timeout: 5000 }).catch(() => undefined);
  await saved(page);
}
export async function saysServer(page, world) {
  await goTo(page, 'sync');
  await page.getByLabel('Địa chỉ máy chủ').fill(world.serverAddress);
  const ca = page.getByLabel('Tệp chứng thư của máy chủ');
  if ((await ca.count()) > 0) await ca.fill(`${world.folder}/server.pem`);
}
export async function sync(page) {
  await page.getByRole('main').getByRole('button', { name: 'Gửi và nhận' }).click();
  await page.getByText('Đã gửi và nhận xong').first().waitFor();
}
export function quiet(page, but = []) {
  const found = page.faults.filter((fault) => !but.some((pattern) => pattern.test(fault)));
  assert.deepEqual(found, [], 'the page said errors');
}
