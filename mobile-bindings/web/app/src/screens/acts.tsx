// What takes more than one person, and waits for this one's word. And records that may have been written twice.
import { useState } from 'preact/hooks';
import type { LateWork } from 'gandan';
import { Page } from '../frame';
import { momentText } from '../lib/dates';
import { href } from '../router';
import { ask, changed } from '../session';
import { Act, Empty, Fault, Loading, Notice, Sheet, Tag } from '../ui/kit';
import { RecordLine } from '../ui/record_line';
import { useAsk } from '../ui/use_ask';
import { said, words } from '../words';

const kTone = { proposed: 'warn', held: 'warn', lapsed: undefined, withdrawn: undefined, approved: 'calm', done: 'good' } as const;
export function ActsScreen() {
  const w = words.value.acts;
  const answer = useAsk('act.list', {});
  const [approving, setApproving] = useState<string | undefined>(undefined);
  return (
    <Page title={w.title} backTo={true}>
      <div class="stack">
        <Fault error={answer.error} retry={answer.reload} />
        {answer.data?.advice !== undefined && <Notice tone="warn">{said(answer.data.advice)}</Notice>}
        {answer.data === undefined ? answer.error === undefined && <Loading /> : answer.data.proposals.length === 0 ? <Empty icon="stamp">{w.none}</Empty> : answer.data.proposals.map((one) => (
          <section class="card stack tight" key={one.proposal}>
            <p class="row between wrap"><b>{said(one)}</b><Tag tone={kTone[one.state]}>{w.states[one.state]}</Tag></p>
            <p class="small quiet">{one.unit.name} · {w.proposedBy}: {one.proposed_by.label || one.proposed_by.device_short} · {w.needed(one.approved_by.length, one.needed)}</p>
            {one.late !== undefined && <Late late={one.late} />}
            {one.advice !== undefined && <Notice tone="warn">{said(one.advice)}</Notice>}
            {one.state === 'proposed' && (
              <div class="row wrap">
                <button type="button" class="button primary" onClick={() => setApproving(one.proposal)}>{w.approve}</button>
                <Act run={async () => {
                  await ask('act.withdraw', { proposal: one.proposal });
                  changed();
                }}>{w.withdraw}</Act>
              </div>
            )}
          </section>
        ))}
      </div>
      {approving !== undefined && (
        <Sheet title={w.approve} onClose={() => setApproving(undefined)} footer={<Act kind="primary" icon="stamp" run={async () => {
          await ask('act.approve', { proposals: approving });
          changed();
          setApproving(undefined);
        }}>{w.approve}</Act>}><p>{w.askApprove}</p></Sheet>
      )}
    </Page>
  );
}

/** What an acceptance would let count: who approves looks at it first. */
function Late({ late }: { late: LateWork }) {
  const w = words.value.acts;
  return (
    <div class="stack tight">
      {late.removal !== undefined && <p class="small quiet">{w.removed}: {words.value.devices.reasons[late.removal.reason]}{late.removal.at !== undefined && `, ${momentText(late.removal.at)}`}</p>}
      {!late.here ? <Notice tone="warn">{w.lateAway}</Notice> : (
        <>
          <p class="small quiet">{w.part(late.part ?? 0, late.parts ?? 0)} · {words.value.sync.changes(late.changes ?? 0)} · {late.opens === true ? `${momentText(late.first ?? '')} – ${momentText(late.last ?? '')}` : w.lateClosed}</p>
          <ul>{(late.records ?? []).map((record) => <li key={record.id}>· {record.title || record.kind}</li>)}</ul>
        </>
      )}
    </div>
  );
}

export function DuplicatesScreen() {
  const w = words.value.list;
  const answer = useAsk('duplicate.list', {});
  return (
    <Page title={w.duplicates} backTo={true}>
      <div class="stack">
        <Fault error={answer.error} retry={answer.reload} />
        {answer.data === undefined ? answer.error === undefined && <Loading /> : answer.data.records.length === 0 ? <Empty icon="check">{w.empty}</Empty> : answer.data.records.map((group, place) => (
          <section key={place} class="stack tight"><p class="quiet">{said(group)}</p><ul class="list card flush">{group.records.map((row) => <li key={row.id}><RecordLine row={row} to={href(['records', row.id])} /></li>)}</ul></section>
        ))}
      </div>
    </Page>
  );
}
