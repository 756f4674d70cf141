// The frame around every screen: a bar with the page's name and how sending stands, and the ways of this role.
import type { ComponentChildren } from 'preact';
import { computed, signal } from '@preact/signals';
import { href, path, back } from './router';
import { device, does, phase, status } from './session';
import { syncing, sync, waiting } from './sync';
import { Icon, type IconName } from './ui/icons';
import { Toasts } from './ui/kit';
import { NearlyFull } from './ui/warnings';
import { words } from './words';

interface Tab {
  to: string;
  name: string;
  icon: IconName;
  main?: boolean;
  badge?: number;
}
const tabs = computed<Tab[]>(() => {
  const w = words.value.tabs;
  const writes = does('cadre', 'admin') || !does('office', 'supervisor', 'auditor');
  const office = does('office', 'admin');
  const watches = does('supervisor', 'auditor');
  return [
    { to: 'today', name: w.today, icon: 'today' },
    office ? { to: 'inbox', name: w.inbox, icon: 'inbox' } : { to: 'records', name: w.records, icon: 'records' },
    ...(writes ? [{ to: 'write', name: w.write, icon: 'plus', main: true } as Tab] : []),
    ...(office ? [{ to: 'report', name: w.reports, icon: 'chart' } as Tab] : []),
    ...(watches ? [{ to: 'watch', name: w.watch, icon: 'map' } as Tab, { to: 'proof', name: w.proof, icon: 'shield' } as Tab] : []),
    { to: 'more', name: w.more, icon: 'more', badge: status.value?.proposals_waiting ?? 0 },
  ];
});

export const online = signal(navigator.onLine);
for (const event of ['online', 'offline']) addEventListener(event, () => {
  online.value = navigator.onLine;
});

// How sending stands, in a few words; pressed, it sends and fetches.
function SyncPill() {
  const w = words.value.sync;
  const n = waiting.value;
  const text = syncing.value ? w.running : n > 0 ? w.pillWaiting(n) : online.value ? w.pillSent : w.pillOffline;
  return (
    <button type="button" class={`sync-pill ${n > 0 ? 'waiting' : ''}`} aria-label={`${text}. ${words.value.today.syncNow}`} disabled={syncing.value} onClick={() => void sync()}>
      <Icon name={syncing.value ? 'sync' : online.value ? (n > 0 ? 'sync' : 'cloud') : 'offline'} /><span>{text}</span>
    </button>
  );
}

// `writing`: on a phone the ways to other screens make room for the form's own bar.
export function Page({ title, wide = false, writing = false, backTo, children }: { title: string; wide?: boolean; writing?: boolean; backTo?: string | true; children: ComponentChildren }) {
  const w = words.value;
  const here = path.value[0] ?? 'today';
  document.title = `${title} – ${w.app}`;
  return (
    <div class={`frame ${writing ? 'writing' : ''}`}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>{w.skip}</a>
      <header class="bar">
        {backTo === true && <button type="button" class="icon-button" aria-label={w.back} onClick={back}><Icon name="back" /></button>}
        {typeof backTo === 'string' && <a class="icon-button" aria-label={w.back} href={backTo}><Icon name="back" /></a>}
        <h1>{title}</h1>
        {device.value?.enrolled === true && phase.value === 'open' && <SyncPill />}
      </header>
      <main id="main" tabIndex={-1}><div class={`page ${wide ? 'wide' : ''}`}>{phase.value === 'open' && here !== 'more' && <div class="above"><NearlyFull /></div>}{children}</div></main>
      <nav class="tabs" aria-label={w.menu}>
        {tabs.value.map((tab) => (
          <a key={tab.to} href={href(tab.to)} class={tab.main === true ? 'main-act' : ''} aria-current={here === tab.to ? 'page' : undefined}>
            <span><Icon name={tab.icon} /></span>
            {(tab.badge ?? 0) > 0 && <span class="badge">{tab.badge}</span>}
            <span>{tab.name}</span>
          </a>
        ))}
      </nav>
      <Toasts />
    </div>
  );
}
