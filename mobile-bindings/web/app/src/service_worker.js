// Works without a network: every file of one build lies in one cache, taken whole or not at all. A new build waits
// beside the old one and takes over when no page uses that any more. Nothing but the app's own files is ever kept.
// VERSION and FILES stand before this, written by the build.
const CACHE = `gandan ${VERSION}`;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })))));
});

self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name.startsWith('gandan ') && name !== CACHE);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  const page = event.request.mode === 'navigate';
  url.search = '';
  url.hash = '';
  const known = FILES.some((file) => new URL(file, location.href).href === url.href);
  if (!known && !page) return; // requests of the core: never answered from here
  const wanted = page ? new URL('./', location.href).href : url.href;
  event.respondWith(caches.open(CACHE).then(async (cache) => (await cache.match(wanted)) ?? fetch(event.request)));
});
