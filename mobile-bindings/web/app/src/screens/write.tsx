// A new record: first its kind, under the tasks of the dispatch; then its form.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { GandanError } from 'gandan';
import { Draft, unsavedNew, unsavedOf } from '../draft';
import { FieldList } from '../form/field';
import { VerdictLine } from '../form/verdicts';
import { Page } from '../frame';
import { kHouse, kOffices, kTasks, type RecordType } from '../lib/form';
import { local } from '../lib/dates';
import { fold } from '../lib/text';
import { go, href, query } from '../router';
import { ask, does, kinds, ownForm } from '../session';
import { Icon } from '../ui/icons';
import { Act, errorText, Fault, Loading, Notice, SectionTitle, TextLine, toast } from '../ui/kit';
import { RecordLine } from '../ui/record_line';
import { useAsk } from '../ui/use_ask';
import { WritesWithoutKey } from '../ui/warnings';
import { said, words } from '../words';
import { FinalizeSheet } from './finalize';
import { openQuestion } from './talk';

const kOften = ['mobilisation_visit', 'community_meeting', 'citizen_reception'];

export function ChooseKind() {
  const w = words.value.write;
  const [wanted, setWanted] = useState('');
  const fits = (type: RecordType | undefined): type is RecordType =>
    type !== undefined && fold(`${type.label.vi} ${type.label.en} ${type.hint?.vi ?? ''}`).includes(fold(wanted));
  const grouped = new Set([...kTasks.flatMap((one) => one.kinds), ...kHouse, ...(does('office', 'admin') ? [] : kOffices)]);
  const groups: (readonly [string, readonly string[]])[] = [
    [w.often, kOften],
    ...kTasks.map((one) => [w[`task${one.task}`], one.kinds.filter((kind) => !kOften.includes(kind))] as const),
    [w.other, [...kinds.value.keys()].filter((kind) => !grouped.has(kind))],
  ];
  return (
    <Page title={w.title}>
      <div class="stack loose">
        <TextLine label={w.find} type="search" value={wanted} onInput={setWanted} />
        {groups.map(([title, names]) => {
          const found = names.map((kind) => kinds.value.get(kind)).filter(fits);
          return found.length === 0 ? null : (
            <section key={title} class="stack tight">
              <SectionTitle>{title}</SectionTitle>
              <ul class="list card flush">{found.map((type) => <KindLine key={type.kind} type={type} big={title === w.often} />)}</ul>
            </section>
          );
        })}
      </div>
    </Page>
  );
}
function KindLine({ type, big }: { type: RecordType; big: boolean }) {
  return (
    <li>
      <a href={href(['write', 'new', type.kind])}>
        <span style={{ color: 'var(--red)' }}><Icon name={big ? 'pen' : 'plus'} /></span>
        <span class="grow"><b class="line-title">{said(type.label)}</b>{type.hint !== undefined && <span class="small quiet line-about">{said(type.hint)}</span>}</span>
        <Icon name="right" />
      </a>
    </li>
  );
}

// A new one: `kind`; fields that are known already come by the address ("?affected=01h…").
export function WriteNew({ kind }: { kind: string }) {
  const type = kinds.value.get(kind);
  const draft = useMemo(() => {
    const start = Object.fromEntries(query.peek());
    return type === undefined ? undefined : (unsavedNew(kind, start) ?? new Draft(type, undefined, start));
  }, [kind]);
  return draft === undefined ? <ChooseKind /> : <Writer draft={draft} fresh />;
}

// One that is there: a draft, or a finalised one that is amended, with the reason.
export function WriteOn({ id }: { id: string }) {
  const w = words.value;
  const answer = useAsk('record.show', { id });
  const [reason, setReason] = useState('');
  const document = answer.data?.document;
  const kind = document?.kind;
  const finalized = answer.data?.document.state === 'finalized';
  const question = answer.data === undefined ? undefined : openQuestion(answer.data)?.question;
  const [draft, setDraft] = useState<Draft | undefined>(() => unsavedOf(id));
  const begin = async (why: string) => {
    const type = document === undefined ? undefined : await ownForm(document);
    if (type === undefined) return;
    const made = new Draft(type, id);
    made.late = finalized;
    made.reason = why;
    made.question = question ?? '';
    setDraft(made);
  };
  useEffect(() => {
    if (kind !== undefined && draft === undefined && !finalized) void begin('');
  }, [kind]);
  if (draft !== undefined && draft.id.value === id) return <Writer draft={draft} />;
  return (
    <Page title={answer.data?.document.title ?? w.loading} backTo={href(['records', id])}>
      <Fault error={answer.error} retry={answer.reload} />
      {finalized && (
        <div class="stack">
          {question === undefined ? <Notice tone="warn">{w.write.late}</Notice> : <Notice tone="warn" icon="question"><p class="small">{w.talk.theQuestion}</p><p class="serif big-value">{question}</p></Notice>}
          <TextLine label={question === undefined ? w.write.reason : w.talk.yourAnswer} hint={question === undefined ? w.write.reasonWanted : w.talk.yourAnswerHint} value={reason} onInput={setReason} />
          <button type="button" class="button primary" disabled={reason.trim() === ''} onClick={() => void begin(reason.trim())}>{question === undefined ? w.write.startEdit : w.talk.startAnswer}</button>
        </div>
      )}
      {answer.data === undefined && answer.error === undefined && <Loading />}
    </Page>
  );
}

function Writer({ draft, fresh = false }: { draft: Draft; fresh?: boolean }) {
  const w = words.value;
  const [error, setError] = useState<unknown>(undefined);
  const [finalizing, setFinalizing] = useState(false);
  useEffect(() => {
    draft.load().catch(setError);
    // What was typed is saved when the page goes out of sight: a phone may end it at any time after that.
    const hide = () => {
      if (document.visibilityState === 'hidden') void draft.flush().catch(() => undefined);
    };
    document.addEventListener('visibilitychange', hide);
    return () => {
      document.removeEventListener('visibilitychange', hide);
      void draft.flush().catch(() => undefined);
    };
  }, [draft]);
  const id = draft.id.value;
  useEffect(() => {
    if (fresh && id !== undefined) history.replaceState(null, '', href(['write', id])); // reloading goes on with it
  }, [id]);
  const own = draft.verdicts.value.filter((verdict) => verdict.path === '');
  const done = async () => {
    await draft.flush();
    if (draft.state.value === 'failed') return;
    if (draft.id.value !== undefined) toast(w.write.saved);
    go(draft.id.value === undefined ? href('today') : href(['records', draft.id.value]));
  };
  return (
    <Page title={said(draft.type.label)} writing backTo={id === undefined ? href('write') : href(['records', id])}>
      <div class="stack loose">
        <Fault error={error} />
        <WritesWithoutKey />
        {draft.late && (draft.question === '' ? <Notice tone="warn">{w.write.late} <b>{draft.reason}</b></Notice>
          : <Notice tone="warn" icon="question"><p>{w.talk.theQuestion}: <b>{draft.question}</b></p><p>{w.talk.yourAnswer}: <b>{draft.reason}</b></p><p class="small">{w.talk.answerHint}</p></Notice>)}
        {draft.type.hint !== undefined && <p class="quiet">{said(draft.type.hint)}</p>}
        {fresh && id === undefined && <CopyLast kind={draft.type.kind} />}
        <Similar draft={draft} />
        {draft.ready.value ? <FieldList draft={draft} prefix="" fields={draft.type.survey} /> : error === undefined && <Loading />}
        {own.length > 0 && (
          <section class="stack tight" aria-live="polite">
            <SectionTitle>{w.write.rules}</SectionTitle>
            {own.map((verdict) => <VerdictLine key={verdict.rule} verdict={verdict} />)}
          </section>
        )}
      </div>
      <SaveBar draft={draft} onFinalize={() => setFinalizing(true)} onLater={() => void done().catch(setError)} />
      {finalizing && <FinalizeSheet draft={draft} onClose={() => setFinalizing(false)} />}
    </Page>
  );
}

function Similar({ draft }: { draft: Draft }) {
  const found = draft.similar.value;
  if (found.length === 0) return null;
  return (
    <Notice tone="warn" icon="copy">
      <p>{words.value.write.similar}</p>
      <ul class="list">{found.map((one) => <li key={one.record.id}><RecordLine row={one.record} to={href(['records', one.record.id])} /></li>)}</ul>
    </Notice>
  );
}

function CopyLast({ kind }: { kind: string }) {
  const w = words.value.write;
  const last = useAsk('record.list', { kind, limit: 1 }).data?.records[0];
  if (last === undefined) return null;
  const copy = async () => {
    const made = await ask('record.copy', { id: last.id });
    if ((made.left_out ?? []).length > 0) toast(`${w.leftOut}: ${made.left_out?.join(', ')}`);
    go(href(['write', made.id]));
  };
  return (
    <div class="card stack tight">
      <span><b class="line-title">{last.title}</b><span class="small quiet">{w.copyHint}</span></span>
      <Act icon="copy" run={copy}>{w.copyLast}</Act>
    </div>
  );
}

// Below the form, always in sight: whether it is saved, what is missing, the way to finalise.
function SaveBar({ draft, onFinalize, onLater }: { draft: Draft; onFinalize: () => void; onLater: () => void }) {
  const w = words.value.write;
  const refused = draft.refused.value.size;
  const missing = draft.missing.value.length;
  const state = draft.state.value;
  const saved = draft.savedAt.value === '' ? '' : ` ${local(draft.savedAt.value).time}`;
  return (
    <div class="save-bar">
      <div class="save-state" role="status" aria-live="polite">
        {state === 'failed' ? <span class="fault-line"><Icon name="warn" />{w.notSaved}</span>
          : refused > 0 ? <span class="fault-line"><Icon name="warn" />{w.unsavedFaults(refused)}</span>
          : state === 'saved' ? <span class="kept"><Icon name="check" />{w.saved}{saved}</span>
          : state === 'empty' ? <span class="quiet">{w.empty}</span>
          : <span class="quiet">{state === 'saving' ? w.saving : w.typing}</span>}
        <br /><span class="quiet">{missing > 0 ? w.missing(missing) : w.complete}</span>
        {state === 'failed' && <NotSaved error={draft.error.value} />}
      </div>
      <button type="button" class="button" onClick={onLater}>{w.later}</button>
      {state === 'failed'
        ? <button type="button" class="button primary" onClick={() => void draft.flush().catch(() => undefined)}>{words.value.retry}</button>
        : <button type="button" class="button primary" disabled={draft.id.value === undefined} onClick={onFinalize}>{w.finalize}</button>}
    </div>
  );
}
// Little room on a phone: why, what is kept, and the code.
function NotSaved({ error }: { error: unknown }) {
  return (
    <div role="alert">
      <p>{errorText(error)} {words.value.write.stays}</p>
      <p class="mono quiet">{error instanceof GandanError ? error.code : String(error)}</p>
    </div>
  );
}
