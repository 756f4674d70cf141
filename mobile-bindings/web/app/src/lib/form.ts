// Forms as data: what record.kinds answers, and where its fields stand in a document. Pure functions.
import type { Label } from 'gandan';

export type FieldType =
  | 'text' | 'integer' | 'date' | 'datetime' | 'select_one' | 'select_multiple' | 'geopoint' | 'boolean' | 'file' | 'link'
  | 'calculate' | 'note' | 'group' | 'repeat';

export interface Choice {
  name: string;
  label: Label;
}

export interface Field {
  name: string;
  path: string; // in the form: "site.place", "team[].name"
  type: FieldType;
  label: Label;
  hint?: Label;
  required?: boolean | string;
  relevant?: string;
  choice_filter?: string;
  read_only?: boolean;
  sealed?: boolean;
  personal?: boolean;
  link?: string; // kind of the linked record
  choices?: Choice[];
  children?: Field[];
}

export interface RecordType {
  kind: string;
  version: number;
  label: Label;
  hint?: Label;
  date?: string;
  survey: Field[];
}

export interface Item {
  id: string;
  [field: string]: unknown;
}
// A record's or an item's content: fields by path, lists by path.
export type Values = Record<string, unknown>;

// "team[01h…].name" -> "team[].name".
export const schemaPath = (path: string) => path.replace(/\[[^\]]*\]/g, '[]');
// Where a field stands: prefix "" or "team[01h…].".
export const placed = (field: Field, prefix: string) => prefix + field.path.slice(field.path.lastIndexOf('[].') < 0 ? 0 : field.path.lastIndexOf('[].') + 3);

export function findField(fields: readonly Field[], path: string): Field | undefined {
  const wanted = schemaPath(path);
  for (const field of fields) {
    if (field.path === wanted) return field;
    const inner = field.children === undefined ? undefined : findField(field.children, wanted);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
// Every field, groups and lists before what is in them.
export function* allFields(fields: readonly Field[]): Generator<Field> {
  for (const field of fields) {
    yield field;
    if (field.children !== undefined) yield* allFields(field.children);
  }
}

// Groups nest: {"site": {"place": …}}; a list's path in `items` has its dots.
export function valueAt(values: Values | undefined, path: string): unknown {
  if (values === undefined) return undefined;
  if (path in values) return values[path];
  const dot = path.indexOf('.');
  if (dot < 0) return undefined;
  const inner = values[path.slice(0, dot)];
  return typeof inner === 'object' && inner !== null ? valueAt(inner as Values, path.slice(dot + 1)) : undefined;
}
export function itemsAt(items: Values | undefined, path: string): Item[] {
  const found = valueAt(items, path);
  return Array.isArray(found) ? (found as Item[]) : [];
}
// Of "team[01h…].name" or "a[1].b[2].c" in a document with `values` and `items`.
export function lookUp(document: { values: Values; items: Values }, path: string): unknown {
  const open = path.indexOf('[');
  if (open < 0) return valueAt(document.values, path) ?? valueAt(document.items, path);
  const close = path.indexOf(']', open);
  const item = itemsAt(document.items, path.slice(0, open)).find((one) => one.id === path.slice(open + 1, close));
  if (item === undefined || close + 1 >= path.length) return item;
  return lookUp({ values: item, items: item }, path.slice(close + 2));
}

export const isEmpty = (value: unknown) => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

// The list in which households of a roll are ticked off: attendance (yes or no), or consent (on a day).
export function rollList(field: Field): 'present' | 'consent' | undefined {
  if (field.type !== 'repeat') return undefined;
  const has = (name: string, type: FieldType) => field.children?.some((child) => child.name === name && child.type === type) === true;
  if (!has('household', 'text')) return undefined;
  return has('present', 'boolean') ? 'present' : has('on', 'date') ? 'consent' : undefined;
}
// The numbers of a vote that stand in one list or form.
export const kVotes = ['agree', 'against', 'other'] as const;
export const isVote = (fields: readonly Field[]) => kVotes.every((name) => fields.some((field) => field.name === name && field.type === 'integer'));

// The kinds under the tasks of the dispatch (schema/records/README.md); what no task has comes last.
export const kTasks: readonly { task: 1 | 2 | 3 | 4 | 5; kinds: readonly string[] }[] = [
  { task: 2, kinds: ['mobilisation_visit', 'project', 'parcel', 'affected_household', 'plan_posting', 'handover', 'coercion'] },
  { task: 4, kinds: ['community_meeting', 'ballot', 'community_decision', 'household_roll', 'initiative', 'disclosure_item', 'consultation', 'opinion', 'supervision_recommendation', 'opinion_note'] },
  { task: 3, kinds: ['citizen_reception', 'complaint', 'denunciation', 'dialogue', 'commitment', 'satisfaction_feedback'] },
  { task: 1, kinds: ['dissemination_session', 'legal_basis'] },
  { task: 5, kinds: ['inspection', 'emulation_model'] },
];
// Made by other ways than "new": units and people, and what the program writes.
export const kHouse = ['unit_profile', 'holder', 'late_work'];
// An office's to write: what a unit is to reach (the core refuses others).
export const kOffices = ['target'];
export const kLists = ['unit_profile', 'village', 'holder'];
