// Tables as an .xlsx file: text as text, integers as numbers, days as days, so that they sort and add up. What writes the
// file is loaded when it is first asked for; the service worker keeps it with the rest of the app.
import { sheetName, sheetValue, tableTexts, type Table } from './table';

const kMostText = 32_767; // characters in a cell
const kWidth = { least: 8, most: 60, looked: 200 }; // characters; rows that are looked at
const formats = { text: undefined, integer: '#,##0', degrees: '0.00000', day: 'dd/mm/yyyy', moment: 'dd/mm/yyyy hh:mm' } as const;
const head = { fontWeight: 'bold', backgroundColor: '#E3E9F1', bottomBorderStyle: 'thin', alignVertical: 'center', wrap: true } as const;

export async function workbook(tables: readonly Table[]): Promise<Blob> {
  const { default: write } = await import('write-excel-file/universal');
  const names = new Set<string>();
  return await write(tables.map((table) => {
    let sheet = sheetName(table.name);
    for (let n = 2; names.has(sheet); ++n) sheet = `${sheetName(table.name).slice(0, 28)} ${n}`;
    names.add(sheet);
    const texts = tableTexts({ ...table, rows: table.rows.slice(0, kWidth.looked) });
    const width = (place: number) => Math.max(kWidth.least, ...texts.map((row, n) => Math.min(kWidth.most, n === 0 ? (row[place]?.length ?? 0) : 1 + (row[place]?.length ?? 0))));
    return {
      sheet,
      stickyRowsCount: 1,
      orientation: 'landscape' as const,
      columns: table.columns.map((_, place) => ({ width: width(place) })),
      data: [
        table.columns.map((column) => ({ value: column.head, type: String, ...head })),
        ...table.rows.map((row) => row.map((cell, place) => {
          const type = table.columns[place]?.type ?? 'text';
          const value = sheetValue(type, cell);
          if (value === null) return null;
          if (typeof value === 'string') return { value: value.slice(0, kMostText), type: String };
          const format = formats[type];
          return { value, type: value instanceof Date ? Date : Number, ...(format === undefined ? {} : { format }) };
        })),
      ],
    };
  }), { fontFamily: 'Times New Roman', fontSize: 12 }).toBlob();
}
