// Sending and fetching in detail: where to, what went, what is held; and the same by hand, in a file.
import { useState } from 'preact/hooks';
import type { BundleImportResult } from 'gandan';
import { Page } from '../frame';
import { dayText, momentText, todayText } from '../lib/dates';
import { saveFile } from '../lib/image';
import { bytesText } from '../lib/text';
import { href } from '../router';
import { ask, changed, core, native, status } from '../session';
import { address, ca, counters, keepServer, lastError, lastResult, server, sync, syncing, waiting } from '../sync';
import { Icon } from '../ui/icons';
import { Act, Fault, Notice, Progress, SectionTitle, TextLine } from '../ui/kit';
import { PickFile } from '../ui/qr';
import { said, words } from '../words';

export function SyncScreen() {
  const w = words.value;
  const [to, setTo] = useState(server.value);
  const [by, setBy] = useState(ca.value);
  const [ledger, setLedger] = useState(false);
  const result = lastResult.value;
  const now = status.value;
  return (
    <Page title={w.sync.title} backTo={true}>
      <div class="stack loose">
        <section class="card stack">
          <p class="row"><Icon name={waiting.value > 0 ? 'sync' : 'cloud'} /><b>{waiting.value > 0 ? w.today.unsent(waiting.value) : w.today.allSent}</b></p>
          <p class="small quiet">{w.sync.neverLost}</p>
          {syncing.value && <><Progress /><p class="small quiet numeric">{Object.entries(counters.value).filter(([name]) => name !== 'method').map(([name, n]) => `${name} ${String(n)}`).join(' · ')}</p></>}
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
            {now.held.map((one) => <Notice key={one.state} tone="warn">{said(one)} ({w.sync.parts(one.segments)})</Notice>)}
            {now.findings.map((one) => <Notice key={one.at + one.code} tone="bad">{momentText(one.at)} · {one.code}<p class="small">{one.detail}</p></Notice>)}
          </section>
        )}
        <a class="button wide" href={href('carry')}><Icon name="share" />{w.carry.title}</a>
      </div>
    </Page>
  );
}

export function CarryScreen() {
  const w = words.value.carry;
  const [attachments, setAttachments] = useState(true);
  const [everything, setEverything] = useState(false);
  const [made, setMade] = useState<{ content: Blob; name: string } | undefined>(undefined);
  const [took, setTook] = useState<BundleImportResult | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const make = async () => {
    const name = `gan-dan-${todayText()}.bundle`;
    const out = await core().newPath(name);
    await ask('bundle.export', { file: out, attachments, everything });
    const content = await core().getFile(out);
    void core().dropFile(out).catch(() => undefined);
    setMade({ content, name });
    saveFile(content, name);
    changed();
  };
  const take = async (file: File) => {
    const at = await core().putFile(file.name, file);
    try {
      setTook(await ask('bundle.import', { file: at }));
      setError(undefined);
      changed();
    } catch (failed) {
      setError(failed);
    } finally {
      void core().dropFile(at).catch(() => undefined);
    }
  };
  const shared = made === undefined ? undefined : { files: [new File([made.content], made.name)] };
  return (
    <Page title={w.title} backTo={true}>
      <div class="stack loose">
        <Notice icon="share">{w.intro}</Notice>
        <Fault error={error} />
        <section class="card stack">
          <label class="option"><input type="checkbox" checked={attachments} onChange={(event) => setAttachments(event.currentTarget.checked)} /><span>{w.attachments}</span></label>
          <label class="option"><input type="checkbox" checked={everything} onChange={(event) => setEverything(event.currentTarget.checked)} /><span>{w.everything}</span></label>
          <Act kind="primary big" icon="download" run={make} failed={setError}>{w.make}</Act>
          {made !== undefined && <Notice tone="good"><p>{w.made(bytesText(made.content.size))} <span class="mono">{made.name}</span></p></Notice>}
          {made !== undefined && shared !== undefined && navigator.canShare?.(shared) && <Act icon="share" run={() => navigator.share(shared)}>{words.value.share}</Act>}
        </section>
        <section class="card stack">
          <PickFile label={w.take} kind="big" onPick={take} />
          {took !== undefined && <Notice tone="good"><p>{w.took}: {words.value.sync.parts(took.received.segments)}, {words.value.sync.changes(took.received.changes)} · {dayText(todayText())}</p>{took.received.refusals.map((one) => <p key={one.detail}>{said(one)}</p>)}</Notice>}
        </section>
      </div>
    </Page>
  );
}
