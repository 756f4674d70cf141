// What a record says, in the order of its form: facts, tables, pictures. Nothing is shown that is empty.
import type { RecordAnswer } from 'gandan';
import { FileThumb, isFile } from '../form/files';
import { allFields, isEmpty, itemsAt, valueAt, type Field, type Item, type Values } from '../lib/form';
import { isPosition, positionText } from '../lib/geo';
import { formOf } from '../session';
import { SectionTitle } from '../ui/kit';
import { authorText, valueText, type Titles } from '../ui/values';
import { said, words } from '../words';
import { Unseal } from './unseal';

export function Content({ record, titles }: { record: RecordAnswer; titles: Titles }) {
  const w = words.value;
  const type = formOf(record.document);
  const fields = type?.survey ?? [];
  const values = record.document.fields as Values;
  const plain = fields.filter((field) => field.type !== 'repeat' && field.type !== 'group');
  const parts = fields.filter((field) => field.type === 'repeat' || field.type === 'group');
  return (
    <section class="stack">
      <SectionTitle>{w.record.content}</SectionTitle>
      <Facts record={record} fields={plain} values={values} titles={titles} />
      {parts.map((field) =>
        field.type === 'group'
          ? <Group key={field.path} record={record} field={field} titles={titles} />
          : <List key={field.path} record={record} field={field} items={itemsAt(record.document.items as Values, field.path)} titles={titles} />)}
      <Late record={record} titles={titles} />
    </section>
  );
}

function Facts({ record, fields, values, titles }: { record: RecordAnswer; fields: readonly Field[]; values: Values; titles: Titles }) {
  const shown = fields.filter((field) => field.type !== 'note' && !isEmpty(valueAt(values, field.path)));
  if (shown.length === 0) return null;
  return (
    <dl class="facts">
      {shown.map((field) => {
        const value = valueAt(values, field.path);
        return (
          <div key={field.path}>
            <dt>{said(field.label)}</dt>
            <dd>
              {isFile(value) ? <FileThumb record={record.id} path={field.path} meta={value} /> : isPosition(value) ? <span class="numeric">{valueText(field, value)}</span> : valueText(field, value, titles)}
              {field.sealed === true && <Unseal record={record} path={field.path} />}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Group({ record, field, titles }: { record: RecordAnswer; field: Field; titles: Titles }) {
  const values = record.document.fields as Values;
  const filled = [...allFields(field.children ?? [])].some((child) => !isEmpty(valueAt(values, child.path)));
  if (!filled) return null;
  return <div class="card stack tight"><h3>{said(field.label)}</h3><Facts record={record} fields={field.children ?? []} values={values} titles={titles} /></div>;
}

function List({ record, field, items, titles }: { record: RecordAnswer; field: Field; items: readonly Item[]; titles: Titles }) {
  if (items.length === 0) return null;
  const children = (field.children ?? []).filter((child) => child.type !== 'note');
  const file = children.find((child) => child.type === 'file');
  const label = (child: Field) => child.name;
  const cell = (item: Item, child: Field) => {
    const value = valueAt(item, label(child));
    if (Array.isArray(value) && child.type === 'repeat') return value.length;
    return isPosition(value) ? positionText(value) : valueText(child, value, titles);
  };
  if (file !== undefined)
    return (
      <div class="stack tight">
        <h3>{said(field.label)}</h3>
        <div class="photo-grid">
          {items.map((item) => {
            const meta = item[file.name];
            return (
              <figure class="photo" key={item.id}>
                {isFile(meta) && <FileThumb record={record.id} path={`${field.path}[${item.id}].${file.name}`} meta={meta} />}
                <figcaption class="small">{children.filter((child) => child !== file).map((child) => cell(item, child)).join(' ')}</figcaption>
              </figure>
            );
          })}
        </div>
      </div>
    );
  const shown = children.filter((child) => items.some((item) => !isEmpty(valueAt(item, label(child)))));
  return (
    <div class="stack tight">
      <h3>{said(field.label)} <span class="quiet small">({items.length})</span></h3>
      <div class="table-scroll card flush" tabIndex={0} role="region" aria-label={said(field.label)}>
        <table class={shown.length > 2 ? 'stacks' : ''}>
          <thead><tr>{shown.map((child) => <th key={child.name} class={child.type === 'integer' ? 'n' : ''} scope="col">{said(child.label)}</th>)}</tr></thead>
          <tbody>{items.map((item) => <tr key={item.id}>{shown.map((child) => <td key={child.name} class={child.type === 'integer' ? 'n' : ''} data-label={said(child.label)}>{cell(item, child)}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </div>
  );
}

// What was written after it was signed, beside what was signed.
function Late({ record, titles }: { record: RecordAnswer; titles: Titles }) {
  const fields = formOf(record.document)?.survey ?? [];
  const late = (record.document.late ?? []).filter((one) => !String(one.path).startsWith('@'));
  if (late.length === 0) return null;
  const find = (path: string) => [...allFields(fields)].find((field) => field.path === path.replace(/\[[^\]]*\]/g, '[]'));
  return (
    <div class="notice warn"><div class="stack tight">
      <h3>{words.value.record.late}</h3>
      <ul>{late.map((one, place) => {
        const field = find(String(one.path));
        return <li key={place}><b>{said(field?.label) || String(one.path)}</b>: {valueText(field, one.value, titles)} <span class="small quiet">{authorText(one.author as Parameters<typeof authorText>[0])}</span></li>;
      })}</ul>
    </div></div>
  );
}
