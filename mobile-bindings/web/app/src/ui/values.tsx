// A record's values as people read them, by the form's fields.
import type { Author, FieldFault } from 'gandan';
import { dayText, momentText } from '../lib/dates';
import { isPosition, positionText } from '../lib/geo';
import { isEmpty, type Field } from '../lib/form';
import { bytesText, numberText, shortId } from '../lib/text';
import { said, words } from '../words';

// Titles of linked records, by id; what is not there is shown by its short id.
export type Titles = ReadonlyMap<string, string>;

export function valueText(field: Field | undefined, value: unknown, titles?: Titles): string {
  const w = words.value;
  if (isEmpty(value)) return '';
  if (isPosition(value)) return `${positionText(value)} (${w.form.accuracy(Math.round(value.accuracy_cm / 100))})`;
  if (typeof value === 'object' && !Array.isArray(value)) return closedText(value as Record<string, unknown>);
  switch (field?.type) {
    case 'date':
      return dayText(String(value));
    case 'datetime':
      return momentText(String(value));
    case 'boolean':
      return value === true ? w.yes : w.no;
    case 'integer':
      return numberText(value as number | string);
    case 'link':
      return titles?.get(String(value)) ?? `→ ${shortId(String(value))}`;
    case 'select_one':
    case 'select_multiple':
      return (Array.isArray(value) ? value : [value]).map((code) => choiceText(field, String(code))).join(', ');
    case 'calculate':
      return typeof value === 'number' ? numberText(value) : String(value);
    default:
      return typeof value === 'boolean' ? (value ? w.yes : w.no) : String(value);
  }
}
export const choiceText = (field: Field, code: string) => said(field.choices?.find((choice) => choice.name === code)?.label) || code;

// What is sealed, closed or a file.
function closedText(value: Record<string, unknown>): string {
  const f = words.value.form;
  if (value.sealed === true) return typeof value.recipients === 'number' ? f.sealedFor(value.recipients) : f.sealedPlain;
  if (value.personal === true) return value.closed === 'erased' ? f.personalErased : value.closed === 'waiting' ? f.personalWaiting : f.personalClosed;
  if (typeof value.name === 'string') return `${value.name}${typeof value.size === 'number' ? `, ${bytesText(value.size)}` : ''}`;
  return typeof value.reason === 'string' ? value.reason : '';
}

export const authorText = (author: Author) =>
  words.value.record.author(author.holder_code, author.device_short ?? '', author.unit_name ?? '', momentText(author.at));

// By their office, for who reads what somebody of another one said.
export function speakerText(author: Author): string {
  const w = words.value;
  const role = author.role !== undefined && author.role in w.role ? w.role[author.role as keyof typeof w.role] : '';
  return [role, author.holder_code, w.record.deviceShort(author.device_short ?? ''), momentText(author.at)].filter((one) => one !== '').join(', ');
}

// "3 ngày nữa", "hôm nay", "quá 2 ngày".
export function whenText(days: number | undefined): string {
  const d = words.value.days;
  return days === undefined ? '' : days === 0 ? d.today : days < 0 ? d.late(-days) : d.left(days);
}
export const faultText = (fault: FieldFault) => said(fault);
