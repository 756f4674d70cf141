// Verifying everything from the bytes that are here, trusting nobody; and checking a proof file that somebody handed over.
import { useRef, useState } from 'preact/hooks';
import type { AuditVerifyProofResult, AuditVerifyResult } from 'gandan';
import { Page } from '../frame';
import { dayText, momentText } from '../lib/dates';
import { numberText, shortId } from '../lib/text';
import { findField, type RecordType } from '../lib/form';
import { ask, core, kinds, realm, status, wasStopped } from '../session';
import { saveFile } from '../lib/image';
import { sync } from '../sync';
import { Icon } from '../ui/icons';
import { Act, Fault, Notice, Progress, SectionTitle, TextLine } from '../ui/kit';
import { PickFile } from '../ui/qr';
import { valueText } from '../ui/values';
import { said, words } from '../words';

export function ProofScreen() {
  const w = words.value.proof;
  const [running, setRunning] = useState<Record<string, unknown> | undefined>(undefined);
  const [result, setResult] = useState<AuditVerifyResult | undefined>(undefined);
  const [at, setAt] = useState('');
  const [error, setError] = useState<unknown>(undefined);
  const ending = useRef(new AbortController());
  const verify = async () => {
    setError(undefined);
    ending.current = new AbortController();
    setRunning({});
    const stop = core().events((event) => event.method === 'audit.verify' && setRunning(event));
    try {
      setResult(await ask('audit.verify', {}, { signal: ending.current.signal }));
      setAt(new Date().toISOString());
    } catch (failed) {
      setError(wasStopped(failed) ? undefined : failed);
    } finally {
      stop();
      setRunning(undefined);
    }
  };
  const [done, total] = [Number(running?.done ?? running?.segments ?? 0), Number(running?.total ?? status.value?.ledger.size ?? 0)];
  return (
    <Page title={w.title}>
      <div class="stack loose">
        <p>{w.intro}</p>
        {running === undefined ? <button type="button" class="button primary big wide" onClick={() => void verify()}><Icon name="shield" />{w.start}</button> : (
          <div class="card stack" role="status">
            <p class="row between"><b>{w.running}</b><span class="numeric">{done > 0 ? `${numberText(done)}${total > 0 ? ` / ${numberText(total)}` : ''}` : ''}</span></p>
            <Progress share={total > 0 && done > 0 ? Math.min(1, done / total) : undefined} />
            <button type="button" class="button" onClick={() => ending.current.abort()}>{w.cancel}</button>
          </div>
        )}
        <Fault error={error} />
        <div aria-live="polite">{result !== undefined && <Verdict result={result} at={at} />}</div>
        {(status.value?.ledger.split_views ?? 0) > 0 && <Act icon="download" run={async () => {
          const out = await core().newPath('chung-cu.evidence');
          await ask('audit.evidence', { out });
          saveFile(await core().getFile(out), 'chung-cu.evidence');
        }}>{w.evidence}</Act>}
        <ProofFile />
      </div>
    </Page>
  );
}

function Verdict({ result, at }: { result: AuditVerifyResult; at: string }) {
  const w = words.value.proof;
  const counts = [[result.feeds, w.feeds], [result.segments, w.segments], [result.statements, w.statements], [result.ledger_entries, w.entries]] as const;
  return (
    <section class={`card stack verdict-card ${result.held ? 'held' : 'broken'}`}>
      <p class="verdict-head"><Icon name={result.held ? 'shield' : 'warn'} /><span class="serif">{result.held ? w.good : w.bad}</span></p>
      {result.held && <p>{w.goodLong}</p>}
      <ul class="counts">{counts.map(([n, name]) => <li key={name}><b class="figure">{numberText(n)}</b><span class="quiet">{name}</span></li>)}</ul>
      <p>{result.whole_ledger ? w.whole : w.notWhole}</p>
      {!result.whole_ledger && <Act icon="sync" run={() => sync({ keepLedger: true })}>{w.getWhole}</Act>}
      {result.unseen_entries > 0 && <p class="quiet">{w.unseen(result.unseen_entries)}</p>}
      {result.findings.length > 0 && (
        <ul class="stack tight">{result.findings.map((one, place) => <li key={place}><Notice tone="bad"><p>{said(one)}</p><p class="mono">{one.code} · {one.subject} · {one.detail}</p></Notice></li>)}</ul>
      )}
      <p class="small quiet">{w.last} {momentText(at)}</p>
    </section>
  );
}

function ProofFile() {
  const w = words.value.proof;
  const [root, setRoot] = useState(realm.value?.fingerprint ?? '');
  const [result, setResult] = useState<AuditVerifyProofResult | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const check = async (file: File) => {
    const at = await core().putFile(file.name, file);
    try {
      setResult(await ask('audit.verify_proof', { file: at, root: root.replace(/\s/g, '') }));
      setError(undefined);
    } catch (failed) {
      setResult(undefined);
      setError(failed);
    } finally {
      void core().dropFile(at).catch(() => undefined);
    }
  };
  // Told by this device's own form, where it knows the kind; the file itself has names and codes.
  const type = kinds.value.get(String(result?.changes.find((one) => one.path === kKind)?.value));
  return (
    <section class="stack">
      <SectionTitle>{w.verifyFile}</SectionTitle>
      <TextLine label={w.root} value={root} onInput={setRoot} />
      <PickFile label={w.file} onPick={check} />
      <Fault error={error} />
      {result !== undefined && (
        <>
          <Notice tone="good" icon="shield">{w.holds} {shortId(result.record)}</Notice>
          {result.log !== undefined && <p class="small quiet">{result.log.undisclosed === 0 ? w.allShown : w.hidden(result.log.undisclosed)}</p>}
          {result.report !== undefined && <Figures report={result.report} all={result.log?.undisclosed === 0} />}
          <Witnesses result={result} />
          <Proven changes={result.changes.filter((one) => !isInner(one))} kind={type} />
          <details class="card">
            <summary>{w.technical}</summary>
            <Proven changes={result.changes.filter(isInner)} kind={type} />
          </details>
        </>
      )}
    </section>
  );
}

// What a proof of a report's figures was counted to, and what it cannot say: a hidden change may be of one more record.
function Figures({ report, all }: { report: NonNullable<AuditVerifyProofResult['report']>; all: boolean }) {
  const w = words.value.proof;
  return (
    <div class="card stack tight">
      <p class="small quiet">{dayText(report.from)} – {dayText(report.until)} · {w.printedUnder(numberText(report.size))} <span class="mono">{report.root}</span></p>
      <ul class="lines">{report.figures.map((one) => {
        const value = numberText(one.value);
        const counted = all && !one.any_time ? value : one.sum === '' ? w.atLeast(value) : w.comesTo(value);
        const also = [one.any_time ? w.anyTime : '', one.drafts ? w.withDrafts : ''].filter((each) => each !== '');
        return (
          <li key={one.id}>
            <b>{said(one.label)}: {counted}</b> · {w.countedFrom(one.records.length)}
            {also.length > 0 && <span class="line-about">{also.join(', ')}</span>}
            {one.where !== '' && <span class="small quiet line-about">{w.condition} <span class="mono">{one.where}</span></span>}
          </li>
        );
      })}</ul>
      <p class="small quiet">{w.figureLimits}</p>
    </div>
  );
}

type Change = AuditVerifyProofResult['changes'][number];
const kKind = '@kind';
// What the program keeps for itself: its own marks, and where in a list an item stands.
const isInner = (one: Change) => (one.path.startsWith('@') && one.path !== kKind) || one.path.endsWith(']');

function Proven({ changes, kind }: { changes: readonly Change[]; kind: RecordType | undefined }) {
  const w = words.value.proof;
  return (
    <div class="table-scroll card flush" tabIndex={0} role="region" aria-label={w.verifyFile}>
      <table class="stacks">
        <thead><tr><th>{w.where}</th><th>{w.what}</th><th>{words.value.stage.received}</th></tr></thead>
        <tbody>{changes.map((one, place) => <ProvenLine key={place} one={one} kind={kind} />)}</tbody>
      </table>
    </div>
  );
}

// One change: what it says, and the window of time in which it was made.
function ProvenLine({ one, kind }: { one: Change; kind: RecordType | undefined }) {
  const w = words.value;
  const field = findField(kind?.survey ?? [], one.path);
  const label = one.path === kKind ? w.list.kind : said(field?.label);
  const text = (one.path === kKind ? said(kind?.label) : valueText(field, one.value)) || (typeof one.value === 'object' && one.value !== null ? JSON.stringify(one.value) : String(one.value ?? ''));
  return (
    <tr>
      <td data-label={w.proof.where}>{label !== '' ? label : <span class="mono quiet">{one.path.replace(/\[[^\]]*(\w{4})\]/, '[…$1]')}</span>}</td>
      <td data-label={w.proof.what} class={isInner(one) ? 'mono' : ''}>{text}</td>
      <td data-label={w.stage.received}><span><span class="nowrap">{momentText(one.not_after)}</span>{one.not_before !== '' && <><br /><span class="small quiet">{w.proof.notBefore} {momentText(one.not_before)}</span></>}</span></td>
    </tr>
  );
}

// Who vouches that everybody is shown the ledger of this proof.
function Witnesses({ result }: { result: AuditVerifyProofResult }) {
  const w = words.value.proof;
  if (result.witnesses.length === 0) return <Notice tone="warn">{w.noWitnesses(numberText(result.ledger_size))}</Notice>;
  return (
    <div class="card stack tight">
      <p>{w.witnesses(result.witnesses.length, numberText(result.ledger_size))}</p>
      <ul class="lines">{result.witnesses.map((one) => <li key={one.device}>{words.value.record.deviceShort(one.device_short)}, {words.value.at} {momentText(one.at)}</li>)}</ul>
      <p class="small quiet">{w.witnessMeans}</p>
    </div>
  );
}
