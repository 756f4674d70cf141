// Two phones write the same record without knowing of each other: nothing is lost, side by side one is chosen. And a record
// that names another one which was signed again since.
import assert from 'node:assert/strict';
import { enter, goTo, saved } from './acts.mjs';
import { fits, look, newPage, phone } from './page.mjs';

const kLevel = { decision_level: 'province', decided_on: '2026-01-05', area_m2: 12000, households: 30, status: 'inventory' };
// A note that names a project; the project is signed again under another name.
function makeLinked(world) {
  const project = world.record('phone2', 'project', { name: 'Đường nối vành đai', ...kLevel });
  world.gandan('phone2', 'record', 'finalize', project);
  const note = world.record('phone2', 'opinion_note', { summary: 'Dân hỏi về mốc giới', topics: ['land'], mood: 'waiting', scale: 'few', sources: ['visit'], content: 'Ranh giới chưa rõ.', project });
  world.gandan('phone2', 'record', 'finalize', note);
  world.gandan('phone2', 'record', 'edit', project, '--late', '--reason', 'Đổi tên theo quyết định', '--set', 'name=Đường vành đai phía đông');
  world.gandan('phone2', 'record', 'finalize', project);
  return note;
}
async function* linked(page, note) {
  await goTo(page, `write/${note}`);
  await page.getByLabel('Lý do sửa').fill('Đã trả lời dân');
  await page.getByRole('button', { name: 'Bắt đầu sửa' }).click();
  await page.getByLabel('Đã trả lời, xử lý thế nào').fill('Đã cắm lại mốc');
  await saved(page);
  await page.getByRole('button', { name: 'Chốt hồ sơ' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Chốt hồ sơ' }).click();
  await sheet.getByText('Đường vành đai phía đông').waitFor();
  assert.equal(await sheet.getByText('--links').count(), 0, 'no words of the command line');
  await look(page, 'links-differ', { full: false, themes: ['dark'] });
  await fits(page);
  await sheet.getByRole('button', { name: 'Giữ như lần chốt trước' }).click();
  await sheet.getByRole('button', { name: 'Chốt hồ sơ' }).click();
  await page.getByRole('button', { name: 'Lịch sử' }).click();
  const then = page.locator('li', { hasText: 'Khi chốt:' });
  await then.getByText('Đường nối vành đai').waitFor();
  await then.getByText('Đường vành đai phía đông').waitFor();
  await look(page, 'links-history', { full: false });
  yield 'a record that was signed again since is named by its titles, then and now';
}

export default async function* conflict(world, browser) {
  const id = world.record('phone2', 'mobilisation_visit', { project: 'Đường nối vành đai', household: 'H099', place: 'Nhà hộ dân' });
  world.sync('phone2');
  // The other phone is a third vault of the commune, made here.
  world.gandan('phone3', 'device', 'request', 'may-phone3', '--out', `${world.folder}/phone3.request`);
  world.gandan('admin', 'device', 'approve', `${world.folder}/phone3.request`, '--role', 'cadre', '--unit', '20.X1', '--out', `${world.folder}/phone3.enrolment`);
  world.sync('admin');
  world.gandan('phone3', 'bundle', 'import', `${world.folder}/phone3.enrolment`, '--root', world.fingerprint);
  world.gandan('phone3', 'holder', 'add', 'CB03', '--role', 'cadre', '--display', 'Cán bộ địa chính', '--use');
  world.sync('phone3');
  world.gandan('phone3', 'record', 'edit', id, '--set', 'wishes=Xin đất tái định cư gần ruộng cũ');
  world.sync('phone3');

  const linkedNote = makeLinked(world);
  const { child, address } = await world.screens('phone2');
  const page = await newPage(browser, phone);
  await enter(page, address);
  await goTo(page, `write/${id}`);
  await page.getByLabel('Nguyện vọng của hộ').fill('Xin nhận bằng tiền');
  await saved(page);
  await goTo(page, 'sync');
  await page.getByLabel('Địa chỉ máy chủ').fill(world.serverAddress);
  await page.getByLabel('Tệp chứng thư').fill(`${world.folder}/server.pem`);
  await page.getByRole('main').getByRole('button', { name: 'Gửi và nhận' }).click();
  await page.getByText('Đã gửi và nhận xong').first().waitFor();
  await goTo(page, 'today');
  await page.getByRole('link', { name: /1 hồ sơ có chỗ hai người ghi khác nhau/ }).click();
  await page.getByText('Xin nhận bằng tiền', { exact: true }).waitFor();
  await page.getByText('Xin đất tái định cư gần ruộng cũ', { exact: true }).waitFor();
  await look(page, 'conflict');
  yield 'both texts stand side by side with their authors';
  await page.locator('.side-by-side > li', { hasText: 'tái định cư' }).getByRole('button', { name: 'Chọn bản này' }).click();
  await page.getByText('Không có chỗ nào ghi trùng.').waitFor();
  await goTo(page, `records/${id}`);
  await page.getByText('Xin đất tái định cư gần ruộng cũ').first().waitFor();
  yield 'one is chosen, and holds';
  yield* linked(page, linkedNote);
  child.kill('SIGTERM');
}
