// Where rules do not hold, with the records.
import { useEffect, useState } from 'preact/hooks';
import type { RecordAnswer, Verdict } from 'gandan';
import { VerdictLine } from '../form/verdicts';
import { href } from '../router';
import { ask, revision } from '../session';
import { Empty, Fault, Progress, SectionTitle, Tag } from '../ui/kit';
import { said, words } from '../words';
import type { Range } from './watch_signals';

const kMost = 400; // records looked at, the newest first
const kLists = ['unit_profile', 'village', 'holder'];

interface Signal {
  verdict: Verdict;
  record: RecordAnswer;
}
export function FailingRules({ range }: { range: Range }) {
  const w = words.value.watch;
  const [found, setFound] = useState<readonly Signal[]>([]);
  const [share, setShare] = useState<number | undefined>(undefined);
  const [most, setMost] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  useEffect(() => {
    let over = false;
    const look = async () => {
      setFound([]);
      setShare(undefined);
      const { records } = await ask('record.list', { ...range, limit: kMost });
      setMost(records.length === kMost);
      const out: Signal[] = [];
      for (const [place, row] of records.entries()) {
        if (over) return;
        if (kLists.includes(row.kind)) continue;
        const record = await ask('record.show', { id: row.id });
        for (const verdict of record.verdicts) if (verdict.holds === false && verdict.apart !== true) out.push({ verdict, record });
        if (place % 10 === 0) setShare(place / records.length);
      }
      if (!over) [setFound(out), setShare(1)];
    };
    look().catch((failed: unknown) => !over && [setError(failed), setShare(1)]);
    return () => {
      over = true;
    };
  }, [JSON.stringify(range), revision.value]);
  const rules = new Map<string, Signal[]>();
  for (const one of found) rules.set(one.verdict.rule, [...(rules.get(one.verdict.rule) ?? []), one]);
  const sorted = [...rules.values()].sort((a, b) => b.length - a.length);
  return (
    <section class="stack">
      <SectionTitle>{w.failing}</SectionTitle>
      <Fault error={error} />
      {share !== 1 ? <Progress share={share} /> : sorted.length === 0 && error === undefined && <Empty icon="check">{words.value.none}</Empty>}
      {most && <p class="small quiet">{w.newestOnly(kMost)}</p>}
      {sorted.map((signals) => (
        <details class="card" key={signals[0]!.verdict.rule}>
          <summary class="row"><span class="grow"><b>{[signals[0]!.verdict.article, signals[0]!.verdict.law].filter((one) => one !== '').join(', ') || signals[0]!.verdict.rule}</b><span class="small quiet line-about">{words.value.watch.forExample} {said(signals[0]!.verdict.message)}</span></span><Tag tone={signals[0]!.verdict.severity === 'violation' ? 'bad' : 'warn'}>{signals.length}</Tag></summary>
          <ul class="stack tight">{signals.map((one, place) => <li key={place}><a href={href(['records', one.record.id])}>{one.record.document.title}</a><VerdictLine verdict={one.verdict} /></li>)}</ul>
        </details>
      ))}
    </section>
  );
}
