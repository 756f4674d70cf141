// Runs the stories, each in a browser, in one small province; those that remove phones, or want the first passphrase, have one of their own. Names on the command
// line choose some.
import { World } from './world.mjs';
import { startBrowser } from './page.mjs';

// speed is run by name: it measures, and wants a machine that does nothing else.
const stories = ['cadre', 'office', 'supervisor', 'conflict', 'enrol', 'care', 'scan', 'disk', 'missing', 'wasm'];
const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : stories;
const alone = ['disk', 'missing'];
async function made() {
  console.log('making a realm …');
  const world = new World();
  await world.make();
  return world;
}
const world = await made();
const browser = await startBrowser(world.serverKey());
let failed = 0;
try {
  for (const name of wanted) {
    const place = alone.includes(name) ? await made() : world;
    const start = Date.now();
    const { default: story } = await import(`./${name}.mjs`);
    try {
      for await (const said of story(place, browser)) console.log(`  ✓ ${said}`);
      console.log(`${name}: held (${Date.now() - start} ms)`);
    } catch (error) {
      failed += 1;
      console.error(`${name}: FAILED: ${error.stack ?? error}`);
      for (const page of browser.contexts().flatMap((context) => context.pages())) {
        console.error(`  at ${page.url()}: ${JSON.stringify(page.faults?.slice(0, 5))}`);
        console.error(`  it says: ${await page.locator('main').innerText({ timeout: 5000 }).catch(() => '?')}`);
        await page.screenshot({ path: new URL(`out/failed-${name}.png`, import.meta.url).pathname, timeout: 5000 }).catch(() => undefined);
      }
    }
    for (const context of browser.contexts()) await context.close();
    place.closeScreens();
    if (place !== world) place.stop();
  }
} finally {
  await browser.close();
  world.stop();
}
process.exit(failed > 0 ? 1 : 0);
