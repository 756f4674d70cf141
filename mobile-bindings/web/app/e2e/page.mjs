// A browser for the stories: Debian's Chromium, phone or desk; axe on every screen; pictures into e2e/out.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const out = fileURLToPath(new URL('out', import.meta.url));
mkdirSync(out, { recursive: true });

export const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' };
export const desk = { viewport: { width: 1366, height: 850 }, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' };

// It trusts the certificate with that key (SHA-256 of its SPKI, base64), as a phone trusts its province's: service
// workers come over nothing less.
export async function startBrowser(trusted, more = []) {
  return await chromium.launch({ executablePath: process.env.GANDAN_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--ignore-certificate-errors-spki-list=${trusted}`, ...more] });
}
export async function newPage(browser, device, more = {}) {
  const context = await browser.newContext({ ...device, ignoreHTTPSErrors: true, geolocation: { latitude: 21.8534, longitude: 106.7619, accuracy: 12 }, permissions: ['geolocation', 'clipboard-read', 'clipboard-write'], ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000); // a slow machine builds beside it
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
  return page;
}

// A picture to look at, and nothing serious for axe: of the whole page, or of what is in sight.
export async function look(page, name, { full = true, themes = [] } = {}) {
  await page.waitForTimeout(250);
  await page.screenshot({ path: `${out}/${name}.png`, fullPage: full });
  await page.evaluate(axe);
  await nothingSerious(page, name);
  for (const theme of themes) {
    await page.evaluate((chosen) => { document.documentElement.dataset.theme = chosen; }, theme);
    await page.screenshot({ path: `${out}/${name}-${theme}.png`, fullPage: full });
    await nothingSerious(page, `${name}, ${theme}`);
    await page.evaluate(() => { document.documentElement.dataset.theme = 'light'; });
  }
}
async function nothingSerious(page, name) {
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'], rules: { region: { enabled: false } } }));
  const serious = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
  if (serious.length > 0) throw new Error(`axe on ${name}: ${serious.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary?.split('\n').slice(1, 2)}`).join(' | ')}`).join('; ')}`);
}
// Nothing wider than the screen: no sideways scrolling on a phone.
export async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) throw new Error(`the page is ${over} pixels wider than the screen`);
}
// A page of its own as paper, to look at: a PDF, and a picture of what lies between the margins of A4 landscape.
export async function printed(page, html, name) {
  const paper = await page.context().newPage();
  await paper.setViewportSize({ width: 952, height: 643 });
  await paper.emulateMedia({ media: 'print' });
  await paper.setContent(html);
  await paper.screenshot({ path: `${out}/${name}.png`, fullPage: true });
  await paper.pdf({ path: `${out}/${name}.pdf`, preferCSSPageSize: true });
  await paper.close();
}
