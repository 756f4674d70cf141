// Records as files for other programs, and as a register on paper: what is listed, or, of one kind, every field of it.
import { useState } from 'preact/hooks';
import type { RecordTableParams, RecordTableResult, Row } from 'gandan';
import { dayText, todayText } from '../lib/dates';
import { isPosition } from '../lib/geo';
import { saveFile } from '../lib/image';
import { tableTexts, type Table } from '../lib/table';
import { csv } from '../lib/text';
import { workbook } from '../lib/workbook';
import { does, kinds } from '../session';
import { Icon } from '../ui/icons';
import { Act, SectionTitle, Sheet } from '../ui/kit';
import { printHtml } from '../ui/print';
import { useAsk } from '../ui/use_ask';
import { said, words } from '../words';
import { aboutTable, listTable, registerHtml, registerTable, wholeTable } from './register';

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
const dated = (name: string, ending: string) => `${name}-${todayText()}.${ending}`;

type Facts = readonly (readonly [string, string])[];
// What the list was narrowed to, in words.
function useFacts(range: Partial<RecordTableParams>): Facts {
  const w = words.value;
  const units = useAsk('unit.list', range.unit === undefined ? undefined : {}).data?.units ?? [];
  const facts: [string, string | undefined][] = [
    [w.list.from, range.from && dayText(range.from)], [w.list.until, range.until && dayText(range.until)],
    [w.list.unit, range.unit && (units.find((unit) => unit.id === range.unit)?.name ?? '')], [w.list.state, range.state && w.stage[range.state]],
  ];
  return facts.filter((fact): fact is [string, string] => (fact[1] ?? '') !== '');
}

// `all`: every row that the list has, not only those that were scrolled to.
export function Exports({ some, all, range }: { some: boolean; all: () => Promise<readonly Row[]>; range: Partial<RecordTableParams> }) {
  const [open, setOpen] = useState(false);
  if (!does('office', 'admin', 'supervisor', 'auditor') || !some) return null;
  return (
    <>
      <button type="button" class="button plain" aria-haspopup="dialog" onClick={() => setOpen(true)}><Icon name="download" />{words.value.list.take}</button>
      {open && <ExportSheet all={all} range={range} onClose={() => setOpen(false)} />}
    </>
  );
}

function ExportSheet({ all, range, onClose }: { all: () => Promise<readonly Row[]>; range: Partial<RecordTableParams>; onClose: () => void }) {
  const w = words.value.list;
  const { kind } = range;
  const label = kind === undefined ? w.title : said(kinds.value.get(kind)?.label);
  const facts = useFacts(range);
  const list = async () => listTable(await all(), label);
  const saveSheet = async (table: Table, name: string) => saveFile(await workbook([table, aboutTable(table.name, facts)]), dated(name, 'xlsx'));
  const saveText = (table: Table, name: string) => saveFile(new Blob([csv(tableTexts(table))], { type: 'text/csv' }), dated(name, 'csv'));
  const place = kinds.value.get(kind ?? '')?.survey.find((field) => field.type === 'geopoint');
  const whole = kind === undefined ? undefined : { ...range, kind };
  return (
    <Sheet title={label} onClose={onClose}>
      <div class="stack">
        {whole === undefined ? <p class="quiet">{w.chooseKind}</p> : (
          <>
            <SectionTitle>{w.asRegister}</SectionTitle>
            <Act kind="wide" icon="print" run={async () => printHtml(registerHtml(await registerTable(whole, false), facts))}>{w.printAll}</Act>
            <Act kind="wide" icon="download" run={async () => saveSheet(await registerTable(whole), whole.kind)}>{w.exportAllXlsx}</Act>
            <Act kind="wide" icon="download" run={async () => saveText(await registerTable(whole), whole.kind)}>{w.exportAll}</Act>
            {place !== undefined && <Act kind="wide" icon="map" run={async () => saveFile(new Blob([geojson(await wholeTable({ ...whole, fields: [place.path] }))], { type: 'application/geo+json' }), dated(whole.kind, 'geojson'))}>{w.exportGeo}</Act>}
          </>
        )}
        <SectionTitle>{w.asList}</SectionTitle>
        <Act kind="wide" icon="print" run={async () => printHtml(registerHtml(await list(), facts))}>{w.printList}</Act>
        <Act kind="wide" icon="download" run={async () => saveSheet(await list(), 'danh-sach')}>{w.exportXlsx}</Act>
        <Act kind="wide" icon="download" run={async () => saveText(await list(), 'danh-sach')}>{w.exportCsv}</Act>
      </div>
    </Sheet>
  );
}
