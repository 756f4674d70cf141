// Records as files for other programs, and as a register on paper: what is listed, or, of one kind, every field of it.
import { useState } from 'preact/hooks';
import type { RecordTableParams, RecordTableResult, Row } from 'gandan';
import { dayText, todayText } from '../lib/dates';
import { findField, type Field } from '../lib/form';
import { isPosition } from '../lib/geo';
import { saveFile } from '../lib/image';
import { csv, shortId } from '../lib/text';
import { ask, does, kinds } from '../session';
import { Icon } from '../ui/icons';
import { Act, Sheet } from '../ui/kit';
import { printHtml } from '../ui/print';
import { stageText } from '../ui/record_line';
import { valueText } from '../ui/values';
import { said, words } from '../words';

const heads = () => {
  const w = words.value;
  return [w.record.id, w.days.day, w.list.title, w.list.kind, w.list.unit, w.list.state];
};
const cells = (row: Row) => [shortId(row.id), dayText(row.date), row.title, said(kinds.value.get(row.kind)?.label), row.unit_name, stageText(row.kind, row.workflow)];

// Every field of one kind, as people read it.
function lines(table: RecordTableResult): string[][] {
  const survey = kinds.value.get(table.kind)?.survey ?? [];
  const fields = table.columns.map((column): Field | undefined => findField(survey, column.path));
  const shown = (value: unknown, place: number) => (fields[place]?.type === 'repeat' ? String(value ?? '') : valueText(fields[place], value));
  return [
    [...heads(), ...table.columns.map((column) => said(column.label))],
    ...table.rows.map(({ record, values }) => [...cells(record), ...values.map(shown)]),
  ];
}
function geojson(table: RecordTableResult): string {
  const at = table.columns.findIndex((column) => column.type === 'geopoint');
  const features = table.rows.flatMap(({ record, values }) => {
    const position = values[at];
    if (!isPosition(position)) return [];
    const properties = { title: record.title, kind: record.kind, date: record.date, unit: record.unit_name, state: record.workflow };
    return [{ type: 'Feature', id: record.id, geometry: { type: 'Point', coordinates: [position.longitude_e7 / 1e7, position.latitude_e7 / 1e7] }, properties }];
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}
const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
function register(title: string, rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (row: readonly string[], tag: string) => `<tr>${row.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  return `<!doctype html><html lang="vi"><meta charset="utf-8"><title>${escaped(title)}</title><style>
@page { size: A4 landscape; margin: 20mm 15mm 20mm 25mm; @top-center { content: counter(page); } }
body { font: 11pt "Times New Roman", serif; } h1 { font-size: 14pt; text-align: center; } table { border-collapse: collapse; width: 100%; }
th, td { border: 0.5pt solid #000; padding: 2pt 3pt; text-align: left; vertical-align: top; overflow-wrap: anywhere; } thead { display: table-header-group; } tr { break-inside: avoid; }
</style><body><h1>${escaped(title)}</h1><table><thead>${line(head, 'th')}</thead><tbody>${body.map((row) => line(row, 'td')).join('')}</tbody></table>`;
}
const save = (text: string, name: string, type: string) => saveFile(new Blob([text], { type }), `${name}-${todayText()}`.replace(/(.*)(\.\w+)-(.*)/, '$1-$3$2'));

export function Exports({ rows, range }: { rows: readonly Row[]; range: Partial<RecordTableParams> }) {
  const w = words.value.list;
  const [open, setOpen] = useState(false);
  if (!does('office', 'admin', 'supervisor', 'auditor') || rows.length === 0) return null;
  const kind = range.kind;
  const label = kind === undefined ? w.title : said(kinds.value.get(kind)?.label);
  const table = (fields?: string[]) => ask('record.table', { ...range, kind: kind ?? '', ...(fields === undefined ? {} : { fields }) });
  const place = kinds.value.get(kind ?? '')?.survey.find((field) => field.type === 'geopoint');
  return (
    <>
      <button type="button" class="button plain" aria-haspopup="dialog" onClick={() => setOpen(true)}><Icon name="download" />{words.value.download}</button>
      {open && (
        <Sheet title={label} onClose={() => setOpen(false)}>
          <div class="stack">
            <Act kind="wide" icon="download" run={() => save(csv([heads(), ...rows.map(cells)]), 'danh-sach.csv', 'text/csv')}>{w.exportCsv}</Act>
            <Act kind="wide" icon="print" run={() => printHtml(register(label, [heads(), ...rows.map(cells)]))}>{w.printList}</Act>
            {kind === undefined ? <p class="quiet">{w.chooseKind}</p> : (
              <>
                <Act kind="wide" icon="download" run={async () => save(csv(lines(await table())), `${kind}.csv`, 'text/csv')}>{w.exportAll}</Act>
                <Act kind="wide" icon="print" run={async () => printHtml(register(label, lines(await table())))}>{w.printAll}</Act>
                {place !== undefined && <Act kind="wide" icon="map" run={async () => save(geojson(await table([place.path])), `${kind}.geojson`, 'application/geo+json')}>{w.exportGeo}</Act>}
              </>
            )}
          </div>
        </Sheet>
      )}
    </>
  );
}
