// Sending and fetching: by hand, when the network comes back, and every few minutes while the app is open.
import { computed, signal } from '@preact/signals';
import type { SyncRunResult } from 'gandan';
import { ask, askQuietly, changed, core, device, native, phase, realm, status, wasStopped } from './session';
import { showError, toast } from './ui/kit';
import { words } from './words';

export const server = signal(localStorage.getItem('server') ?? '');
export const ca = signal(localStorage.getItem('ca') ?? '');
export const syncing = signal(false);
export const counters = signal<Record<string, unknown>>({});
export const lastResult = signal<SyncRunResult | undefined>(undefined);
export const lastError = signal<unknown>(undefined);
let ending = new AbortController();
// What arrived stays; the rest is sent another time.
export const stopSync = () => ending.abort();

export function keepServer(address: string, certificate: string): void {
  server.value = address.trim();
  ca.value = certificate.trim();
  localStorage.setItem('server', server.value);
  localStorage.setItem('ca', ca.value);
}
// Where this app came from, unless another address was given: `gandan app` is no server for records.
export const address = computed(() => server.value || (native.value ? '' : location.origin));

// Records of which the server does not have everything yet.
export const waiting = computed(() => {
  const now = status.value;
  if (now === undefined) return 0;
  const rows = now.arrivals.filter((row) => row.arrival.state !== 'received').length;
  return Math.max(rows, now.pending_changes + now.unsent_segments - (now.carried_segments ?? 0) > 0 && rows === 0 ? 1 : 0);
});

// `quiet`: by a timer; it says nothing when there is no network.
export async function sync({ quiet = false, keepLedger = false } = {}): Promise<boolean> {
  if (syncing.value || realm.value === undefined) return false;
  if (address.value === '') {
    if (!quiet) location.hash = '#/sync';
    return false;
  }
  syncing.value = true;
  counters.value = {};
  ending = new AbortController();
  const { signal: end } = ending;
  const stop = core().events((event) => {
    if (event.method === 'sync.run') counters.value = event;
  });
  const params = { server: address.value, attachments: true, ...(ca.value === '' ? {} : { ca_file: ca.value }), ...(keepLedger ? { keep_ledger: true } : {}) };
  try {
    lastResult.value = await (quiet ? askQuietly('sync.run', params, end) : ask('sync.run', params, { signal: end }));
    lastError.value = undefined;
    device.value = await ask('device.info');
    if (!quiet) toast(words.value.sync.done);
    return true;
  } catch (error) {
    lastError.value = wasStopped(error) ? undefined : error;
    if (wasStopped(error)) toast(words.value.sync.stopped);
    else if (!quiet) showError(error);
    return false;
  } finally {
    stop();
    syncing.value = false;
    changed();
  }
}

const kEvery = 300_000; // ms
const kAfterNetwork = 2000; // ms
const later = () => {
  if (phase.value === 'open' && navigator.onLine && address.value !== '' && realm.value !== undefined) void sync({ quiet: true });
};
setInterval(later, kEvery);
addEventListener('online', () => setTimeout(later, kAfterNetwork));
