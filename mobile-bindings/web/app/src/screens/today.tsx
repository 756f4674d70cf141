// What is due and why, what is not sent, what was begun: the first screen of everybody.
import type { Row, Task } from 'gandan';
import { Page } from '../frame';
import { dayText, momentText } from '../lib/dates';
import { href } from '../router';
import { unsaved } from '../draft';
import { does, status, unitNames } from '../session';
import { sync, syncing, waiting } from '../sync';
import { Icon, type IconName } from '../ui/icons';
import { Empty, Fault, Loading, Notice, SectionTitle, Tag } from '../ui/kit';
import { RecordLine } from '../ui/record_line';
import { useAsk } from '../ui/use_ask';
import { WithoutKey } from '../ui/warnings';
import { whenText } from '../ui/values';
import { said, words } from '../words';

const kDays = 14; // ahead

export function Today() {
  const w = words.value;
  const tasks = useAsk('task.list', { days: kDays, limit: 100 });
  const drafts = useAsk('record.list', { state: 'draft', limit: 30 });
  const all = tasks.data?.tasks ?? [];
  const due = all.filter((task) => task.due !== undefined);
  const asked = all.filter((task) => task.what === 'returned');
  const others = all.filter((task) => task.due === undefined && task.what !== 'unsent' && task.what !== 'returned');
  const begun = (drafts.data?.records ?? []).filter((row) => !['village', 'unit_profile', 'holder'].includes(row.kind)).slice(0, 6);
  return (
    <Page title={w.today.hello}>
      <div class="stack loose">
        <p class="row between quiet"><span>{unitNames.value.join(', ')}</span><span>{tasks.data === undefined ? '' : dayText(tasks.data.today)}</span></p>
        <Warnings />
        <Fault error={tasks.error} retry={tasks.reload} />
        {asked.length > 0 && <section class="stack tight"><SectionTitle>{w.today.asked}</SectionTitle><TaskList tasks={asked} /></section>}
        <section class="stack tight">
          <SectionTitle>{w.today.due}</SectionTitle>
          {tasks.data === undefined ? <Loading /> : due.length === 0 ? <div class="card"><Empty icon="check">{w.today.noDue}</Empty></div> : <TaskList tasks={due} />}
        </section>
        {others.length > 0 && <section class="stack tight"><SectionTitle>{w.today.others}</SectionTitle><TaskList tasks={others} /></section>}
        <Sending />
        {does('cadre', 'admin') && <Begun rows={begun} />}
        {(tasks.data?.commitments.made ?? 0) > 0 && <Commitments counts={tasks.data!.commitments} />}
      </div>
    </Page>
  );
}

function Warnings() {
  const w = words.value;
  const now = status.value;
  if (now === undefined) return null;
  return (
    <>
      <Unsaved />
      <WithoutKey />
      {now.ledger.split_views > 0 && <Notice tone="bad">{w.sync.splitViews} <a href={href('proof')}>{w.show}</a></Notice>}
      {now.proposals_waiting > 0 && <Notice tone="warn"><a href={href('acts')}>{w.today.waitingActs(now.proposals_waiting)}</a></Notice>}
      {now.conflicts > 0 && <Notice tone="warn" icon="fork"><a href={href('conflicts')}>{w.today.conflicts(now.conflicts)}</a></Notice>}
      {now.held.length > 0 && <Notice tone="warn"><a href={href('sync')}>{w.today.held}</a></Notice>}
    </>
  );
}

// What a full disk did not take is still in the form, which opens again.
function Unsaved() {
  return (
    <>
      {unsaved.value.map((draft) => (
        <Notice key={draft.id.value ?? draft.type.kind} tone="bad"><a href={draft.id.value === undefined ? href(['write', 'new', draft.type.kind], draft.start as Record<string, string>) : href(['write', draft.id.value])}>{words.value.write.unsavedDraft(said(draft.type.label))}</a></Notice>
      ))}
    </>
  );
}

const icons: Record<Task['what'], IconName> = { deadline: 'clock', commitment: 'hand', appointment: 'pin', returned: 'question', amended: 'pen', conflict: 'fork', number: 'records', review: 'inbox', unsent: 'sync' };
function TaskList({ tasks }: { tasks: readonly Task[] }) {
  const w = words.value;
  return (
    <ul class="list card flush">
      {tasks.map((task, place) => {
        const late = (task.days ?? 0) < 0;
        const to = task.what === 'conflict' ? href('conflicts', { record: task.record?.id }) : task.record === undefined ? href('records') : href(['records', task.record.id]);
        return (
          <li key={`${task.what} ${task.record?.id} ${task.path} ${place}`}>
            <a href={to}>
              <span style={{ color: late ? 'var(--red)' : 'var(--accent)' }}><Icon name={icons[task.what]} /></span>
              <span class="grow">
                <span class="row between wrap">
                  <b>{task.record?.title ?? w.today.what[task.what]}</b>
                  {task.due !== undefined && <Tag tone={late ? 'bad' : (task.days ?? 9) <= 3 ? 'warn' : 'calm'}>{whenText(task.days)} · {dayText(task.due)}</Tag>}
                </span>
                <span>{said(task)}</span>
              </span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function Sending() {
  const w = words.value;
  const n = waiting.value;
  const last = status.value?.last_sync ?? '';
  return (
    <section class="stack tight">
      <SectionTitle>{w.today.unsentTitle}</SectionTitle>
      <div class="card stack">
        <p class="row"><span style={{ color: n > 0 ? 'var(--amber)' : 'var(--green)' }}><Icon name={n > 0 ? 'sync' : 'cloud'} /></span><b>{n > 0 ? w.today.unsent(n) : w.today.allSent}</b></p>
        <p class="small quiet">{w.today.lastSync} {last === '' ? w.days.never : momentText(last)}</p>
        <div class="row wrap">
          <button type="button" class="button primary" disabled={syncing.value} onClick={() => void sync()}><Icon name="sync" />{syncing.value ? w.sync.running : w.today.syncNow}</button>
          <a class="button" href={href('carry')}><Icon name="share" />{w.today.carry}</a>
        </div>
      </div>
    </section>
  );
}

function Begun({ rows }: { rows: readonly Row[] }) {
  const w = words.value.today;
  return (
    <section class="stack tight">
      <SectionTitle>{w.drafts}</SectionTitle>
      {rows.length === 0 ? <p class="quiet">{w.noDrafts}</p> : <ul class="list card flush">{rows.map((row) => <li key={row.id}><RecordLine row={row} to={href(['write', row.id])} /></li>)}</ul>}
    </section>
  );
}

interface Counts {
  made: number; kept: number; kept_late: number; partly: number; broken: number; open: number; overdue: number;
}
function Commitments({ counts }: { counts: Counts }) {
  const w = words.value.today;
  const parts = [
    [w.kept, counts.kept, 'var(--green)'], [w.keptLate, counts.kept_late, 'color-mix(in srgb, var(--green) 55%, var(--amber))'], [w.partly, counts.partly, 'var(--amber)'],
    [w.open, counts.open, 'var(--accent)'], [w.overdue, counts.overdue, 'var(--red)'], [w.broken, counts.broken, 'var(--ink-2)'],
  ] as const;
  return (
    <section class="stack tight">
      <SectionTitle>{w.commitments}</SectionTitle>
      <div class="card stack">
        <div class="share" role="img" aria-label={parts.map(([name, n]) => `${name}: ${n}`).join(', ')}>
          {parts.map(([name, n, colour]) => <i key={name} style={{ width: `${(100 * n) / counts.made}%`, background: colour }} />)}
        </div>
        <ul class="chips">
          {parts.filter(([, n]) => n > 0).map(([name, n, colour]) => <li key={name} class="row"><i class="dot" style={{ background: colour }} />{n} {name}</li>)}
        </ul>
      </div>
    </section>
  );
}
