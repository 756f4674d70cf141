// A table of typed cells: what a register or a report is before it becomes a spreadsheet, a text file or paper. Pure
// functions.
import { dayText, local, momentText } from './dates';
import { numberText } from './text';

export type CellType = 'text' | 'integer' | 'degrees' | 'day' | 'moment';
export interface Column {
  head: string;
  type: CellType;
}
// null: nothing. A day as YYYY-MM-DD, a moment as RFC 3339; an integer that a number cannot hold comes as text.
export type Cell = string | number | null;
export interface Table {
  name: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

// As people read it.
export function cellText(column: Column, cell: Cell): string {
  if (cell === null || cell === '') return '';
  switch (column.type) {
    case 'integer':
      return numberText(cell);
    case 'degrees':
      return Number(cell).toFixed(5);
    case 'day':
      return dayText(String(cell));
    case 'moment':
      return momentText(String(cell));
    default:
      return String(cell);
  }
}
export const tableTexts = (table: Table): string[][] => [
  table.columns.map((column) => column.head),
  ...table.rows.map((row) => row.map((cell, place) => cellText(table.columns[place] ?? { head: '', type: 'text' }, cell))),
];

// As a spreadsheet counts it: days from the first of its calendar, with the time of day in Viet Nam as a fraction. What
// is no day, and an integer beyond 15 digits, which a spreadsheet would round, stays the text that it is.
export type SheetValue = string | number | Date | null;
export function sheetValue(type: CellType, cell: Cell): SheetValue {
  if (cell === null || cell === '') return null;
  if (type === 'integer' || type === 'degrees') {
    const number = Number(cell);
    return Number.isFinite(number) && Math.abs(number) < 1e15 ? number : String(cell);
  }
  const { day, time } = type === 'moment' ? local(String(cell)) : { day: String(cell), time: '00:00' };
  const at = type === 'text' ? NaN : Date.parse(`${day}T${time}:00Z`);
  return Number.isNaN(at) ? String(cell) : new Date(at);
}
// Of the sheet: no longer than 31 characters and without those that spreadsheets refuse.
export const sheetName = (name: string) => name.replace(/[\\/?*[\]:']/g, ' ').trim().slice(0, 31).trim() || 'Gần Dân';
