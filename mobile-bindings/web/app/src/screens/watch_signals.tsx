// What a supervisor would ask about: the indicators of formalism, each with the records that show it, and the rules that do
// not hold. Places to ask, not verdicts on people.
import { useEffect, useState } from 'preact/hooks';
import type { AuditFinding, AuditIndicator, AuditRunResult } from 'gandan';
import { dayText } from '../lib/dates';
import { numberText } from '../lib/text';
import { href } from '../router';
import { ask, revision, wasStopped } from '../session';
import { Icon } from '../ui/icons';
import { Fault, Notice, Progress, SectionTitle, Tag, type Tone } from '../ui/kit';
import { said, words } from '../words';
import { FailingRules } from './watch_rules';

export interface Range {
  from: string;
  until: string;
  unit?: string;
}
const kTone: Record<AuditFinding['severity'], Tone> = { violation: 'bad', warning: 'warn', info: 'calm' };
const kWeight: Record<AuditFinding['severity'], number> = { violation: 0, warning: 1, info: 2 };

export function Signals({ range }: { range: Range }) {
  const w = words.value.watch;
  const [result, setResult] = useState<AuditRunResult | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  useEffect(() => {
    const end = new AbortController();
    ask('audit.run', range, { signal: end.signal }).then(
      (found) => {
        if (end.signal.aborted) return;
        setResult(found);
        setError(undefined);
      },
      (failed: unknown) => !end.signal.aborted && !wasStopped(failed) && setError(failed),
    );
    return () => end.abort(); // who leaves does not wait for it
  }, [JSON.stringify(range), revision.value]);
  return (
    <div class="stack loose">
      <Notice icon="question">{w.signalsNote}</Notice>
      <section class="stack">
        <SectionTitle>{w.indicators}</SectionTitle>
        <Fault error={error} />
        {result === undefined ? error === undefined && <Progress /> : <Indicators result={result} />}
      </section>
      <FailingRules range={range} />
    </div>
  );
}

function Indicators({ result }: { result: AuditRunResult }) {
  const w = words.value.watch;
  const found = result.indicators.filter((one) => one.count > 0).sort((a, b) => kWeight[a.severity] - kWeight[b.severity] || b.count - a.count);
  const quiet = result.indicators.filter((one) => one.count === 0);
  return (
    <>
      <p class="small quiet">{w.lookedAt(numberText(result.records))}</p>
      {found.length === 0 && <Notice tone="good">{w.noSignals}</Notice>}
      {found.map((one) => <Indicator key={one.indicator} indicator={one} findings={result.findings.filter((finding) => finding.indicator === one.indicator)} />)}
      {result.photos_unread > 0 && <p class="small quiet">{w.photosUnread(result.photos_unread)}</p>}
      <details class="card">
        <summary><b>{w.askedAndNot(quiet.length)}</b></summary>
        <ul class="lines small">{quiet.map((one) => <li key={one.indicator}>{said(one.label)} <span class="quiet">{thresholds(one)}</span></li>)}</ul>
        {result.left_out.length > 0 && <><p class="small"><b>{w.leftOut}</b></p><ul class="lines small">{result.left_out.map((one) => <li key={one.en}>{said(one)}</li>)}</ul></>}
      </details>
    </>
  );
}

function Indicator({ indicator, findings }: { indicator: AuditIndicator; findings: readonly AuditFinding[] }) {
  const w = words.value.watch;
  return (
    <details class="card">
      <summary class="row"><span class="grow"><b>{said(indicator.label)}</b> <span class="small quiet">{thresholds(indicator)}</span></span><Tag tone={kTone[indicator.severity]}>{numberText(indicator.count)}</Tag></summary>
      <ul class="stack">
        {findings.map((one, place) => <li key={place}><Finding finding={one} /></li>)}
        {findings.length < indicator.count && <li class="small quiet">{w.furtherOnes(numberText(indicator.count - findings.length))}</li>}
      </ul>
    </details>
  );
}

function Finding({ finding }: { finding: AuditFinding }) {
  const w = words.value;
  const { author } = finding;
  const who = author === undefined ? '' : [author.holder_code, w.record.deviceShort(author.device_short)].filter((one) => one !== '').join(', ');
  return (
    <div class={`verdict ${finding.severity === 'violation' ? 'fails' : finding.severity === 'warning' ? 'warning' : ''}`}>
      <Icon name={finding.severity === 'info' ? 'info' : 'warn'} />
      <div class="grow">
        <p>{said(finding)}</p>
        <p class="small quiet">{[finding.unit.name, who].filter((one) => one !== '').join(' · ')}</p>
        <ul class="lines">{finding.shown.map((one) => <li key={one.id}><a href={href(['records', one.id])}>{one.title === '' ? w.record.notHere : one.title}</a> <span class="small quiet">{dayText(one.date)}</span></li>)}</ul>
        {finding.records.length > finding.shown.length && <p class="small quiet">{w.watch.furtherOnes(numberText(finding.records.length - finding.shown.length))}</p>}
      </div>
    </div>
  );
}

// "from 5 days": at what the province's indicator begins.
function thresholds(indicator: AuditIndicator): string {
  const units: Record<string, string> = words.value.watch.thresholds;
  const parts = Object.entries(indicator.values).map(([name, value]) => `${numberText(value)} ${units[name] ?? name}`);
  return parts.length === 0 ? '' : `(${words.value.watch.threshold} ${parts.join(', ')})`;
}
