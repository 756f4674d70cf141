// A field of a form where it stands: its label, its input, what is wrong with it. Groups and lists hold further ones.
import { useId, useState } from 'preact/hooks';
import { contentOf, type Draft } from '../draft';
import { isEmpty, isVote, kVotes, placed, rollList, type Field } from '../lib/form';
import { isPosition } from '../lib/geo';
import { Icon } from '../ui/icons';
import { Notice, toast } from '../ui/kit';
import { faultText, valueText } from '../ui/values';
import { said, words } from '../words';
import { FilesList, FileInput } from './files';
import { DateInput, IntegerInput, ManyInput, MomentInput, OneInput, PositionInput, TextInput, YesNoInput, type InputProps } from './inputs';
import { LinkInput } from './link';
import { RollList } from './roll';
import { SealedInput } from './sealed';
import { VerdictList } from './verdicts';
import { VoteCounter } from './votes';

export interface Place {
  draft: Draft;
  prefix: string; // "" or "team[01h…]."
}

export function FieldList({ draft, prefix, fields }: Place & { fields: readonly Field[] }) {
  const votes = isVote(fields) && prefix !== '';
  return (
    <>
      {fields.map((field) =>
        votes && field.name === kVotes[0] ? <VoteCounter key={field.path} draft={draft} prefix={prefix} fields={fields} />
        : votes && (kVotes as readonly string[]).includes(field.name) ? null
        : <FieldView key={field.path} draft={draft} prefix={prefix} field={field} />)}
    </>
  );
}

export function FieldView({ draft, prefix, field }: Place & { field: Field }) {
  const path = placed(field, prefix);
  const state = draft.form(path);
  if (field.read_only === true) return null;
  if (state?.relevant === false) return <LeftOver draft={draft} path={path} field={field} />;
  switch (field.type) {
    case 'note':
      return <p class="quiet">{said(field.label)}</p>;
    case 'group':
      return (
        <fieldset class="field">
          <legend>{said(field.label)}</legend>
          {field.hint !== undefined && <p class="hint">{said(field.hint)}</p>}
          <div class="group"><FieldList draft={draft} prefix={prefix} fields={field.children ?? []} /></div>
        </fieldset>
      );
    case 'repeat':
      return <ListField draft={draft} prefix={prefix} field={field} path={path} />;
    case 'calculate': {
      const value = draft.value(path);
      return isEmpty(value) ? null : (
        <div class="row between"><span class="quiet">{said(field.label)}</span><b class="numeric">{valueText(field, value)}</b></div>
      );
    }
    default:
      return <InputField draft={draft} field={field} path={path} />;
  }
}

// What the form no longer asks for and still has a value: a person takes it out, or makes it asked for again.
function LeftOver({ draft, path, field }: { draft: Draft; path: string; field: Field }) {
  const w = words.value;
  const left = draft.missing.value.find((fault) => fault.code === 'not_relevant' && fault.path === path);
  if (left === undefined) return null;
  return (
    <Notice tone="warn">
      <p>{faultText(left)}</p>
      <button type="button" class="button" onClick={() => draft.set(path, null, true)}>{w.form.takeOut}: {said(field.label)}</button>
    </Notice>
  );
}

function InputField({ draft, field, path }: { draft: Draft; field: Field; path: string }) {
  const w = words.value;
  const id = useId();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const state = draft.form(path);
  const fault = problem ?? (draft.fault(path) === undefined ? undefined : faultText(draft.fault(path)!));
  const required = state?.required ?? field.required === true;
  const grouped = field.type === 'select_one' || field.type === 'select_multiple' || field.type === 'boolean' || field.type === 'geopoint' || field.type === 'link' || field.type === 'file' || field.sealed === true;
  const described = [field.hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`].filter((one) => one !== '').join(' ');
  return (
    <div class="field" id={`at-${path}`}>
      <label class="label" id={`${id}-label`} for={grouped ? undefined : id}>
        {said(field.label)} {required && <span class="must" title={w.must} aria-hidden="true">*</span>}
      </label>
      {field.hint !== undefined && <p class="hint" id={`${id}-hint`}>{said(field.hint)}</p>}
      {field.personal === true && <p class="hint row"><Icon name="shield" />{w.form.personal}</p>}
      <Input draft={draft} path={path} props={{
        id, field, value: draft.value(path), invalid: fault !== undefined, required, describedBy: described === '' ? undefined : described,
        set: (value, soon) => draft.set(path, value, soon), say: setProblem,
      }} />
      <div aria-live="polite">{fault !== undefined && <p class="fault" id={`${id}-fault`}><Icon name="warn" />{fault}</p>}</div>
    </div>
  );
}

function Input({ draft, path, props }: { draft: Draft; path: string; props: InputProps<unknown> }) {
  const { field, value } = props;
  const text = typeof value === 'string' ? value : '';
  const codes = Array.isArray(value) ? value.map(String) : text === '' ? [] : text.split(' ');
  const offered = draft.form(path)?.offered;
  const choices = (field.choices ?? []).filter((choice) => offered === undefined || offered.includes(choice.name) || codes.includes(choice.name));
  if (field.sealed === true) return <SealedInput draft={draft} path={path} field={field} value={value} labelId={`${props.id}-label`} />;
  if (field.personal === true && typeof value === 'object' && value !== null) return <p class="quiet">{valueText(field, value)}</p>;
  switch (field.type) {
    case 'integer':
      return <IntegerInput {...props} value={typeof value === 'number' || typeof value === 'string' ? value : undefined} />;
    case 'date':
      return <DateInput {...props} value={text} />;
    case 'datetime':
      return <MomentInput {...props} value={text} />;
    case 'select_one':
      return <OneInput {...props} value={codes[0] ?? ''} choices={choices} />;
    case 'select_multiple':
      return <ManyInput {...props} value={codes} choices={choices} />;
    case 'boolean':
      return <YesNoInput {...props} value={typeof value === 'boolean' ? value : undefined} />;
    case 'geopoint':
      return <PositionInput {...props} value={isPosition(value) ? value : undefined} />;
    case 'link':
      return <LinkInput {...props} value={text} draft={draft} />;
    case 'file':
      return <FileInput draft={draft} path={path} field={field} value={value} labelId={`${props.id}-label`} />;
    default:
      return <TextInput {...props} value={text} />;
  }
}

function ListField({ draft, prefix, field, path }: Place & { field: Field; path: string }) {
  const w = words.value;
  const children = field.children ?? [];
  const items = draft.list(path);
  const coming = draft.newItems.value.get(path) ?? [];
  const fault = draft.fault(path);
  const required = draft.form(path)?.required ?? field.required === true;
  const roll = rollList(field);
  const head = (
    <>
      <legend>{said(field.label)} {required && <span class="must" title={w.must} aria-hidden="true">*</span>}</legend>
      {field.hint !== undefined && <p class="hint">{said(field.hint)}</p>}
      {fault !== undefined && <p class="fault"><Icon name="warn" />{faultText(fault)}</p>}
    </>
  );
  if (roll !== undefined) return <fieldset class="field" id={`at-${path}`}>{head}<RollList draft={draft} path={path} field={field} how={roll} /></fieldset>;
  if (children.some((child) => child.type === 'file') && children.length <= 2) return <fieldset class="field" id={`at-${path}`}>{head}<FilesList draft={draft} path={path} field={field} /></fieldset>;
  const removed = (id: string) => {
    const item = items.find((one) => one.id === id);
    draft.removeItem(`${path}[${id}]`);
    if (item !== undefined) toast(w.form.removed, false, { label: w.form.undo, run: () => draft.addItem(path, contentOf(item)) });
  };
  return (
    <fieldset class="field" id={`at-${path}`}>
      {head}
      <div class="stack">
        {items.map((item, place) => (
          <div class="item" key={item.id}>
            <header>
              <h3>{w.form.item(place + 1)}</h3>
              <button type="button" class="icon-button" aria-label={`${w.form.removeItem}: ${w.form.item(place + 1)}`} onClick={() => removed(item.id)}><Icon name="trash" /></button>
            </header>
            <FieldList draft={draft} prefix={`${path}[${item.id}].`} fields={children} />
            <VerdictList draft={draft} path={`${path}[${item.id}]`} />
          </div>
        ))}
        {coming.length > 0 && <div class="skeleton" />}
        <button type="button" class="button" onClick={() => draft.addItem(path)}><Icon name="plus" />{w.form.addItem(said(field.label))}</button>
      </div>
      {prefix === '' && items.length === 0 && required && <span class="hidden">{w.must}</span>}
    </fieldset>
  );
}
