// The one core of this page, and what every screen knows of it: whether the vault is open, who writes, in what role.
import { computed, effect, signal } from '@preact/signals';
import { GandanError, HttpCore, type Arguments, type Core, type DeviceInfoResult, type KeySlot, type Method, type OpenOptions, type Params, type Result, type RealmInfoResult, type Role, type StatusResult } from 'gandan';
import type { RecordType } from './lib/form';
import { reread } from './router';
import { workerCore } from './worker_core';

export type Phase = 'starting' | 'failed' | 'new' | 'closed' | 'locked' | 'open';
export const phase = signal<Phase>('starting');
export const failure = signal<unknown>(undefined);
export const native = signal(false); // runs in `gandan app` on this computer, not in the browser
export const version = signal('');
export const device = signal<DeviceInfoResult | undefined>(undefined);
export const realm = signal<RealmInfoResult | undefined>(undefined);
export const status = signal<StatusResult | undefined>(undefined);
export const kinds = signal<ReadonlyMap<string, RecordType>>(new Map());
// Older versions of forms, by kind and version: a record is shown and edited by the form that it was written with, which
// may ask what the newest no longer does.
const older = signal<ReadonlyMap<string, RecordType>>(new Map());
const asked = new Map<string, Promise<void>>();
function fetchForm(kind: string, schema: number): Promise<void> {
  const key = `${kind} ${schema}`;
  const before = asked.get(key);
  if (before !== undefined) return before;
  // A version that is not here: the newest form has to do.
  const coming = ask('record.kinds', { kind, schema }).then((answer) => {
    older.value = new Map(older.value).set(key, answer.kinds[0] as unknown as RecordType);
  }, () => undefined);
  asked.set(key, coming);
  return coming;
}
// Of a document: its own version's form; until that has come, and where it is not here, the newest.
export function formOf(document: { kind: string; schema: number }): RecordType | undefined {
  const newest = kinds.value.get(document.kind);
  if (newest === undefined || document.schema === 0 || document.schema === newest.version) return newest;
  const own = older.value.get(`${document.kind} ${document.schema}`);
  if (own === undefined) void fetchForm(document.kind, document.schema);
  return own ?? newest;
}
// The same, once it has come.
export async function ownForm(document: { kind: string; schema: number }): Promise<RecordType | undefined> {
  if (formOf(document)?.version !== document.schema && document.schema !== 0) await fetchForm(document.kind, document.schema);
  return formOf(document);
}
// Goes up when something was written, received or unlocked here: what is shown is asked for again.
export const revision = signal(0);
export const changed = () => {
  revision.value += 1;
};

export const roles = computed<ReadonlySet<Role>>(() => new Set((device.value?.grants ?? []).filter((grant) => grant.active).map((grant) => grant.role)));
export const does = (...wanted: Role[]) => wanted.some((role) => roles.value.has(role));
export const unitNames = computed(() => [...new Set((device.value?.grants ?? []).filter((grant) => grant.active).map((grant) => grant.unit_name))]);

let chosen: Core | undefined;
// A vault that has locked itself is covered at once.
let unlisten: (() => void) | undefined;
export const core = (): Core => {
  if (chosen === undefined) throw GandanError.of('internal', 'the core is not there yet');
  return chosen;
};

const isLocked = (error: unknown) => error instanceof GandanError && error.is('vault.closed');

// Asks the core. What the vault's locking ends shows the lock screen.
export async function ask<M extends Method>(method: M, ...rest: Arguments<M>): Promise<Result<M>> {
  try {
    return await core().request(method, ...rest);
  } catch (error) {
    if (isLocked(error) && phase.value === 'open') phase.value = 'locked';
    throw error;
  }
}
// By a timer: it neither keeps the vault open nor disturbs.
export const askQuietly = <M extends Method>(method: M, params: Params<M>, signal?: AbortSignal) =>
  ask(method, ...([params, { background: true, ...(signal === undefined ? {} : { signal }) }] as unknown as Arguments<M>));
// Who asked for it ended it: nothing to be told of.
export const wasStopped = (error: unknown) => error instanceof GandanError && error.is('cancelled');

// The program on this computer says so itself, over plain HTTP always; everywhere else the core runs in the page.
async function findCore(): Promise<Core> {
  if (location.protocol === 'https:') return workerCore();
  const http = new HttpCore();
  try {
    await http.state();
    native.value = true;
    return http;
  } catch (error) {
    if (error instanceof GandanError && error.code.startsWith('shell.')) throw error; // it is there, and wants its address
    return workerCore();
  }
}

export async function start(): Promise<void> {
  phase.value = 'starting';
  try {
    chosen ??= await findCore();
    unlisten ??= chosen.events((event) => {
      if (event.method === 'vault.lock' && event.locked === true && phase.value === 'open') phase.value = 'locked';
    });
    const state = await chosen.state();
    version.value = state.version;
    if (!state.vault) phase.value = 'new';
    else if (!state.open) phase.value = 'closed';
    else await entered();
  } catch (error) {
    failure.value = error;
    phase.value = 'failed';
  }
}

export async function open(options: OpenOptions): Promise<void> {
  await core().open(options);
  await entered();
}
// Before it is unlocked: who has a PIN.
export const pins = (): Promise<KeySlot[]> => ask('keys.list').then((answer) => answer.slots.filter((slot) => slot.kind === 'pin'));

// After the vault was opened or unlocked: everything that screens build on.
export async function entered(): Promise<void> {
  try {
    older.value = new Map();
    asked.clear();
    kinds.value = new Map((await ask('record.kinds')).kinds.map((kind) => [String(kind.kind), kind as unknown as RecordType]));
    device.value = await ask('device.info');
    status.value = await ask('status', { limit: 200 });
    // Who joined by the card knows the realm, and no role of his own before the first sync.
    realm.value = await ask('realm.info').catch(() => undefined);
  } catch (error) {
    if (!isLocked(error)) throw error;
    phase.value = 'locked';
    return;
  }
  reread();
  phase.value = 'open';
  changed();
}

export async function lock(): Promise<void> {
  await ask('vault.lock').catch(() => undefined);
  phase.value = 'locked';
}

// Every half minute, should the word that it has locked itself be lost; and how it stands is asked again after each change.
const kLookAgain = 30_000; // ms
setInterval(() => {
  if (phase.value !== 'open') return;
  void askQuietly('vault.lock', { if_idle: true }).then((answer) => {
    if (answer.locked) phase.value = 'locked';
  }, () => undefined);
}, kLookAgain);
effect(() => {
  revision.value; // watched
  if (phase.value === 'open') void askQuietly('status', { limit: 200 }).then((answer) => {
    status.value = answer;
  }, () => undefined);
});
