// A supervisor: where and when, how well covered, what does not hold; verifies everything and hands out a proof.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { enter, goTo, quiet, saved, saysServer, sync } from './acts.mjs';
import { desk, fits, look, newPage, phone } from './page.mjs';

const kBorders = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { name: 'Xã Chiến Thắng' }, geometry: { type: 'Polygon', coordinates: [[[106.752, 21.848], [106.77, 21.847], [106.773, 21.856], [106.763, 21.859], [106.754, 21.857], [106.752, 21.848]]] } }] };

// Asked by the supervisor, seen and answered on the commune's phone, and the answer seen by who asked. And a note that
// stays with supervisors.
async function* questions(world, browser, page) {
  await goTo(page, 'records?kind=mobilisation_visit&state=finalized');
  await page.locator('.virtual a').nth(1).click();
  await page.getByRole('button', { name: 'Hỏi người ghi' }).click();
  await page.getByLabel('Câu hỏi').fill('Vì sao biên bản không có chữ ký thứ hai?');
  await look(page, 'supervisor-ask', { full: false });
  await page.getByRole('dialog').getByRole('button', { name: 'Hỏi người ghi' }).click();
  await page.locator('.talk .question', { hasText: 'chữ ký thứ hai' }).getByText('chưa tới máy chủ').waitFor();
  const title = await page.locator('.pane-detail h2').first().innerText();
  await page.getByRole('link', { name: 'Ghi nhận xét' }).click();
  await page.getByLabel('Cơ quan kiểm tra').fill('Đoàn giám sát');
  await saved(page);
  assert.ok((await page.getByLabel('Đơn vị được kiểm tra').inputValue()).includes(title));
  await page.getByRole('button', { name: 'Để sau' }).click();
  await goTo(page, 'records?kind=mobilisation_visit&state=finalized');
  await page.locator('.virtual a').nth(0).click();
  await page.getByRole('button', { name: 'Hỏi người ghi' }).click();
  await page.getByLabel('Câu hỏi').fill('Ai dẫn đoàn hôm ấy?');
  await page.getByRole('dialog').getByRole('button', { name: 'Hỏi người ghi' }).click();
  await page.locator('.talk .question', { hasText: 'Ai dẫn đoàn' }).waitFor();
  await goTo(page, 'watch?view=talks');
  await page.getByRole('heading', { name: 'Chờ trả lời (2)' }).waitFor();
  await sync(await toSync(page));

  const screens = await world.screens('phone2');
  const cadre = await newPage(browser, phone);
  await enter(cadre, screens.address);
  await saysServer(cadre, world);
  await sync(cadre);
  await goTo(cadre, 'today');
  await look(cadre, 'supervisor-today-asked', { full: false });
  await cadre.getByRole('link', { name: /Ai dẫn đoàn hôm ấy/ }).click();
  await cadre.getByRole('button', { name: 'Trả lời bằng lời' }).click();
  await cadre.getByRole('textbox', { name: 'Trả lời' }).fill('Phó Chủ tịch UBND xã dẫn đoàn.');
  await look(cadre, 'supervisor-answer-words', { full: false });
  await cadre.getByRole('dialog').getByRole('button', { name: 'Trả lời', exact: true }).click();
  await cadre.locator('.talk .answer', { hasText: 'Phó Chủ tịch UBND xã dẫn đoàn.' }).waitFor();
  await cadre.getByRole('button', { name: 'Trả lời bằng lời' }).waitFor({ state: 'detached' });
  await goTo(cadre, 'today');
  await cadre.getByText(/Ai dẫn đoàn/).waitFor({ state: 'detached' });
  await cadre.getByRole('link', { name: /Vì sao biên bản không có chữ ký thứ hai/ }).click();
  await cadre.locator('.talk .question').waitFor();
  await look(cadre, 'supervisor-asked', { themes: ['dark'] });
  await fits(cadre);
  assert.equal(await cadre.getByText('Nhận xét của giám sát').count(), 0);
  await cadre.getByRole('link', { name: 'Sửa hồ sơ để trả lời' }).click();
  await cadre.getByLabel('Trả lời').fill('Vợ chủ hộ đi vắng, hẹn ký bổ sung');
  await look(cadre, 'supervisor-answer', { full: false });
  await cadre.getByRole('button', { name: 'Sửa hồ sơ' }).click();
  await cadre.getByLabel('Nguyện vọng của hộ').fill('Xin ký bổ sung khi vợ về');
  await saved(cadre);
  await fits(cadre);
  await cadre.getByRole('button', { name: 'Chốt hồ sơ' }).click();
  await cadre.getByRole('dialog').getByRole('button', { name: 'Chốt hồ sơ' }).click();
  await cadre.locator('.talk .finalized').waitFor();
  assert.equal(await cadre.locator('.talk .answer').count(), 1, 'told once');
  await sync(await toSync(cadre));
  await goTo(cadre, 'today');
  await cadre.getByText('Gửi về').waitFor();
  await cadre.getByText(/Vì sao biên bản/).waitFor({ state: 'detached' });
  quiet(cadre, [/4\d\d/]);
  screens.child.kill('SIGTERM');
  yield 'questions reach their author, who answers one in words, and amends for the other and finalises again';

  await sync(page);
  await goTo(page, 'watch?view=talks');
  await page.getByRole('heading', { name: 'Đã trả lời (2)' }).waitFor();
  await page.getByText('Phó Chủ tịch UBND xã dẫn đoàn.').waitFor();
  await page.getByText('Vợ chủ hộ đi vắng, hẹn ký bổ sung').waitFor();
  await look(page, 'supervisor-talks', { themes: ['dark'] });
  await page.getByRole('link', { name: /Vợ chủ hộ đi vắng/ }).click();
  await page.locator('.talk .answer').waitFor();
  await page.getByRole('article').getByRole('link', { name: /Kiểm tra: / }).waitFor();
  await look(page, 'supervisor-answered', { full: false });
  await page.getByRole('button', { name: 'Lịch sử' }).click();
  await page.locator('.story > li').nth(3).waitFor();
  await page.getByRole('heading', { name: 'Hồ sơ liên quan khi chốt' }).waitFor();
  await look(page, 'supervisor-history', { full: false });
  yield 'the answer is seen by who asked; the note lies beside the record, with supervisors alone';
}
function written(world, content) {
  const file = `${world.folder}/a.proof`;
  writeFileSync(file, content);
  return file;
}
const toSync = async (page) => {
  await goTo(page, 'sync');
  return page;
};

export default async function* supervisor(world, browser) {
  world.visits('phone2', 12);
  const project = world.record('phone2', 'project', { name: 'Đường nối vành đai' });
  for (const code of ['H006', 'H099']) world.record('phone2', 'affected_household', { code, project, village: world.village });
  world.sync('phone2');
  const { child, address } = await world.screens('supervisor');
  const page = await newPage(browser, desk);
  await enter(page, address);
  await saysServer(page, world);
  await page.getByText('Lấy đủ sổ cái để tự soát').click();
  await sync(page);

  await page.getByRole('link', { name: 'Giám sát' }).click();
  await page.locator('.map .mark').first().waitFor();
  await page.locator('input[type=file]').setInputFiles({ name: 'xa.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(JSON.stringify(kBorders)) });
  await page.locator('.map .border').waitFor();
  await look(page, 'supervisor-map', { themes: ['dark'] });
  const marks = await page.locator('.map .mark').count();
  await page.getByRole('button', { name: 'Phóng to' }).click();
  await page.locator('.map > svg').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('0');
  assert.equal(await page.locator('.map .mark').count(), marks);
  await page.locator('.map .mark').first().click();
  await page.getByRole('dialog').locator('a').first().waitFor();
  await page.keyboard.press('Escape');
  yield 'visits on a map with the boundaries of a file; keys move it; each opens';

  for (const [name, wait] of [['Dòng thời gian', '.chart .visit'], ['Độ phủ', 'table tbody tr'], ['Dấu hiệu', 'details']]) {
    await page.getByRole('button', { name }).click();
    await page.locator(wait).first().waitFor();
    await look(page, `supervisor-${{ 'Dòng thời gian': 'timeline', 'Độ phủ': 'coverage', 'Dấu hiệu': 'signals' }[name]}`);
  }
  await page.getByRole('button', { name: 'Độ phủ' }).click();
  const village = page.locator('li', { hasText: 'Khòn Nưa' });
  await village.getByText('đã gặp 1 / 2 hộ').waitFor();
  await village.getByText('1 hộ chưa ai đến').click();
  await village.getByRole('link', { name: 'H099' }).waitFor();
  assert.equal(await village.getByRole('link', { name: 'H006' }).count(), 0);
  await look(page, 'supervisor-villages', { full: false, themes: ['dark'] });
  await page.getByRole('button', { name: 'Dấu hiệu' }).click();
  yield 'a time line; coverage by village, unit and household, with whom nobody has visited; rules that do not hold';

  const late = page.locator('details', { hasText: 'Ghi vào máy chậm' });
  assert.match(await late.locator('summary').innerText(), /ngưỡng 5 ngày/);
  await late.locator('summary').click();
  await late.getByText(/mới ghi vào máy \(theo giờ của máy\), chậm \d+ ngày/).first().waitFor();
  await look(page, 'supervisor-indicator', { full: false, themes: ['dark', 'sun'] });
  await page.getByText(/dấu hiệu đã hỏi và không thấy/).click();
  await page.getByText('Một ảnh dùng nhiều lần').waitFor();
  await late.getByRole('link', { name: /^Vận động hộ/ }).first().click();
  await page.getByText('Tới chưa?').waitFor();
  await page.goBack();
  await late.waitFor();
  yield 'indicators of formalism, each with the threshold, what was found and the records that show it';

  await page.getByRole('link', { name: 'Soát sổ' }).click();
  await page.getByRole('button', { name: 'Soát tất cả' }).click();
  await page.getByText('Mọi thứ đều khớp.').waitFor();
  assert.match(await page.locator('main').innerText(), /Gốc sổ cái đã tính lại từ mọi mục: khớp/);
  await look(page, 'supervisor-proof', { themes: ['dark'] });
  yield 'everything is verified, with a plain verdict';

  await goTo(page, 'records?kind=mobilisation_visit');
  await page.locator('.virtual a').nth(2).click();
  await page.getByRole('button', { name: 'Việc khác' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Tệp bằng chứng' }).click()]);
  const proof = Buffer.concat(await (await download.createReadStream()).toArray());
  await page.keyboard.press('Escape');
  await goTo(page, 'proof');
  await page.locator('input[type=file]').setInputFiles({ name: 'a.proof', mimeType: 'application/octet-stream', buffer: proof });
  await page.getByText('Bằng chứng KHỚP với vân tay.').waitFor();
  const { witnesses } = world.gandan('admin', 'audit', 'verify-proof', written(world, proof), '--root', world.fingerprint);
  assert.ok(witnesses.length >= 1, 'this very device cosigned what it verified');
  await page.getByText(`${witnesses.length} máy giám sát đã ký chứng sổ cái của bằng chứng này`).waitFor();
  for (const one of witnesses) await page.getByText(`máy ${one.device_short}, lúc `).waitFor();
  await page.getByRole('cell', { name: 'Giai đoạn', exact: true }).waitFor();
  await page.getByRole('cell', { name: 'Vận động hộ dân (giải phóng mặt bằng)' }).waitFor();
  assert.equal(await page.getByText('@judged').isVisible(), false, 'the program\'s own marks stand apart');
  assert.equal(await page.getByText('inventory_persuasion', { exact: true }).count(), 0, 'codes as the form says them');
  await look(page, 'supervisor-proof-file', { themes: ['dark'] });
  const broken = Buffer.from(proof);
  broken[broken.length - 40] ^= 1;
  await page.locator('input[type=file]').setInputFiles({ name: 'b.proof', mimeType: 'application/octet-stream', buffer: broken });
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByText('Bằng chứng KHỚP với vân tay.').count(), 0);
  yield 'a proof file holds; with one bit changed it does not';

  yield* questions(world, browser, page);

  await page.setViewportSize(phone.viewport);
  for (const view of ['map', 'timeline', 'coverage', 'signals', 'talks']) {
    await goTo(page, `watch?view=${view}`);
    await page.waitForTimeout(1500);
    await fits(page);
    await look(page, `supervisor-${view}-phone`);
  }
  yield 'the same on a phone';
  quiet(page, [/4\d\d/]);
  child.kill('SIGTERM');
}
