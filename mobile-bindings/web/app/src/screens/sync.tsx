// Sending and fetching in detail: where to, what went, what is held.
import { useState } from 'preact/hooks';
import { Page } from '../frame';
import { momentText } from '../lib/dates';
import { bytesText } from '../lib/text';
import { href } from '../router';
import { native, status } from '../session';
import { address, ca, counters, keepServer, lastError, lastResult, server, stopSync, sync, syncing, waiting } from '../sync';
import { Icon } from '../ui/icons';
import { Fault, Notice, Progress, SectionTitle, TextLine } from '../ui/kit';
import { Gaps, WithoutKey } from '../ui/warnings';
import { said, words } from '../words';

export function SyncScreen() {
  const w = words.value;
  const [to, setTo] = useState(server.value);
  const [by, setBy] = useState(ca.value);
  const [ledger, setLedger] = useState(false);
  const result = lastResult.value;
  const now = status.value;
  const count = (name: string) => Number(counters.value[name] ?? 0);
  return (
    <Page title={w.sync.title} backTo={true}>
      <div class="stack loose">
        <WithoutKey linked={false} />
        <section class="card stack">
          <p class="row"><Icon name={waiting.value > 0 ? 'sync' : 'cloud'} /><b>{waiting.value > 0 ? w.today.unsent(waiting.value) : w.today.allSent}</b></p>
          <p class="small quiet">{w.sync.neverLost}</p>
          {syncing.value && (
            <>
              <Progress />
              <p class="small quiet numeric" aria-live="polite">{w.sync.sent}: {w.sync.parts(count('segments_sent'))}, {w.sync.chunks(count('chunks_sent'))} · {w.sync.got}: {w.sync.parts(count('segments_received'))}, {w.sync.chunks(count('chunks_received'))}</p>
              <button type="button" class="button" onClick={stopSync}>{w.sync.stop}</button>
            </>
          )}
          {address.value === '' && <Notice tone="warn">{w.sync.noServer}</Notice>}
          <button type="button" class="button primary big" disabled={syncing.value || address.value === ''} onClick={() => void sync({ keepLedger: ledger })}><Icon name="sync" />{w.today.syncNow}</button>
          <label class="option"><input type="checkbox" checked={ledger} onChange={(event) => setLedger(event.currentTarget.checked)} /><span>{w.sync.keepLedger}</span></label>
          <Fault error={lastError.value} />
          {result !== undefined && (
            <Notice tone="good">
              <p>{w.sync.sent}: {w.sync.parts(result.segments_sent)}, {w.sync.chunks(result.chunks_sent)} ({bytesText(result.bytes_sent)})</p>
              <p>{w.sync.got}: {w.sync.parts(result.received.segments)}, {w.sync.changes(result.received.changes)} ({bytesText(result.bytes_received)})</p>
              {result.received.restored !== undefined && <p>{said(result.received.restored)}</p>}
              {result.rejected.map((one) => <p key={one.detail}>{w.sync.refused}: {said(one)}</p>)}
            </Notice>
          )}
        </section>
        <section class="stack">
          <SectionTitle>{w.sync.server}</SectionTitle>
          <TextLine label={w.sync.server} hint={native.value ? '' : w.sync.serverHint} mode="url" value={to} onInput={(text) => { setTo(text); keepServer(text, by); }} />
          {native.value && <TextLine label={w.sync.ca} value={by} onInput={(text) => { setBy(text); keepServer(to, text); }} />}
        </section>
        {now !== undefined && (
          <section class="stack tight">
            <SectionTitle>{w.sync.status}</SectionTitle>
            <dl class="facts">
              {([[w.today.lastSync, now.last_sync === '' ? w.days.never : momentText(now.last_sync)], [w.sync.pending, now.pending_changes], [w.sync.segments, now.unsent_segments - (now.carried_segments ?? 0)], [w.sync.files, now.unsent_chunks], [w.sync.keys, now.unsent_keys], [w.proof.entries, now.ledger.size]] as const)
                .map(([name, value]) => <div key={name}><dt>{name}</dt><dd class="numeric">{value}</dd></div>)}
              {now.ledger.witnessed.map((one) => <div key={one.size}><dt>{w.sync.witnessed}</dt><dd>{one.size} · {momentText(one.at)} · {one.witnesses}</dd></div>)}
            </dl>
            <Gaps gaps={now.gaps} />
            {now.held.filter((one) => one.state !== 'waiting' || now.gaps.length === 0).map((one) => <Notice key={one.state} tone="warn">{said(one)} ({w.sync.parts(one.segments)})</Notice>)}
            {now.findings.map((one) => <Notice key={one.at + one.code} tone="bad">{momentText(one.at)} · {one.code}<p class="small">{one.detail}</p></Notice>)}
          </section>
        )}
        <a class="button wide" href={href('carry')}><Icon name="share" />{w.carry.title}</a>
      </div>
    </Page>
  );
}
