// Two phones write the same record without knowing of each other: nothing is lost, side by side one is chosen.
import { enter, goTo, saved } from './acts.mjs';
import { look, newPage, phone } from './page.mjs';

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
  child.kill('SIGTERM');
}
