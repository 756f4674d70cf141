// Types and method stubs of one language, from schema/api/gandan.openrpc.json: the types by quicktype, the stubs by
// the few lines at the end, the errors from core/base/errors.def.
//
//   node generate.mjs typescript|kotlin|swift OUT
//
// OUT is one file, made at build time and never committed; `-` is standard output. Exit 2 on wrong use.
//
//   OpenRPC ─ definitions(): one JSON Schema, with <Method>Params and <Method>Result ─ quicktype ─> types ┐
//           └ methods(): name, summary, names of both types ─ languages[…].stubs ─────────────> stubs ┴─> OUT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FetchingJSONSchemaStore, InputData, JSONSchemaInput, quicktype } from 'quicktype-core';
import { swift } from './swift.mjs';

const api = JSON.parse(readFileSync(new URL('../../schema/api/gandan.openrpc.json', import.meta.url), 'utf8'));
const schemas = api.components.schemas;

// Names that the languages have for something else.
const renamed = { Error: 'Failure', Value: 'FieldValue', Path: 'FieldPath' };
const prefix = '#/components/schemas/';
const nameOf = (ref) => renamed[ref.slice(prefix.length)] ?? ref.slice(prefix.length);
const pascal = (name) => name.replace(/(?:^|[._])([a-z])/g, (_, letter) => letter.toUpperCase());
const camel = (name) => pascal(name).replace(/^./, (letter) => letter.toLowerCase());

// A named schema that is a text or a number is written out where it is used: each place keeps its own description,
// and what only narrows (patterns, formats) is the core's to check.
const narrowing = ['pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum'];
const isPlain = (schema) => !schema.enum && ['string', 'integer'].includes(schema.type);
function rewritten(node) {
  if (Array.isArray(node)) return node.map(rewritten);
  if (node === null || typeof node !== 'object') return node;
  if (typeof node.$ref === 'string') {
    const target = schemas[node.$ref.slice(prefix.length)];
    if (target === undefined) throw new Error(`${node.$ref} is not there`);
    if (isPlain(target)) return { type: target.type, description: node.description ?? target.description };
    return { $ref: `#/definitions/${nameOf(node.$ref)}` };
  }
  const kept = Object.entries(node).filter(([key]) => !(isPlain(node) && narrowing.includes(key)));
  return Object.fromEntries(kept.map(([key, value]) => [key, rewritten(value)]));
}

// Of each method: its name, what it does, and the names of its types; null where it takes no parameters.
function methods() {
  return api.methods.map((method) => ({
    name: method.name,
    summary: method.summary,
    params: method.params.length === 0 ? null : `${pascal(method.name)}Params`,
    optional: method.params.every((param) => !param.required),
    result: method.result.schema.$ref === undefined ? `${pascal(method.name)}Result` : nameOf(method.result.schema.$ref),
  }));
}

function definitions() {
  const out = {};
  for (const [name, schema] of Object.entries(schemas))
    if (!isPlain(schema)) out[nameOf(prefix + name)] = rewritten(schema);
  for (const method of api.methods) {
    const name = pascal(method.name);
    if (method.params.length !== 0)
      out[`${name}Params`] = {
        type: 'object',
        description: method.summary,
        properties: Object.fromEntries(method.params.map(({ name: param, schema, description }) =>
          [param, rewritten(description === undefined ? schema : { ...schema, description })])),
        required: method.params.filter((param) => param.required).map((param) => param.name),
        additionalProperties: false,
      };
    if (method.result.schema.$ref === undefined) out[`${name}Result`] = rewritten(method.result.schema);
  }
  return out;
}

// The errors that every shell knows, with their sentences: core/base/errors.def.
function errors() {
  const text = readFileSync(new URL('../../core/base/errors.def', import.meta.url), 'utf8');
  const row = /^GANDAN_ERROR\(\w+, ("[^"]*"), (true|false), (\d), ("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*")\)/gm;
  const all = [...text.matchAll(row)].map(([, code, retry, exit, vi, en]) => ({
    code: JSON.parse(code), retry: retry === 'true', exit: Number(exit), vi: JSON.parse(vi), en: JSON.parse(en) }));
  if (all.length === 0 || all.length !== text.match(/^GANDAN_ERROR/gm).length) throw new Error('errors.def is written otherwise');
  return all;
}

// The core's version, as it says it itself (app.version).
const version = /project\(gandan VERSION (\S+)/.exec(readFileSync(new URL('../../CMakeLists.txt', import.meta.url), 'utf8'))[1];

async function types(lang, rendererOptions) {
  const schema = JSON.stringify({ definitions: definitions() });
  const input = new JSONSchemaInput(new FetchingJSONSchemaStore());
  await input.addSource({ name: 'Gandan', uris: ['#/definitions/'], schema });
  const inputData = new InputData();
  inputData.addInput(input);
  const { lines } = await quicktype({ inputData, lang, rendererOptions, combineClasses: false, inferEnums: false });
  return lines.join('\n').trim();
}

// Of each language: quicktype's name for it and its options, and the stubs as text.
const languages = {
  typescript: {
    lang: 'typescript',
    options: { 'just-types': true, 'prefer-unions': true, 'prefer-unknown': true },
    // Types that are no interface are not exported by quicktype.
    mend: (text) => text.replace(/^type /gm, 'export type '),
    stubs: (all) => [
      '/** Every method: what it takes and what it answers. */',
      'export interface Methods {',
      ...all.flatMap((m) => [
        `    /** ${m.summary.replaceAll('*/', '* /')} */`,
        `    "${m.name}": { params: ${m.params ?? 'Record<string, never>'}; result: ${m.result} };`,
      ]),
      '}',
      '',
      '/** The methods that may be asked without parameters. */',
      `export type Bare = ${all.filter((m) => m.optional).map((m) => `"${m.name}"`).join(' | ')};`,
      '',
      '/** Every error that the core knows, as core/base/errors.def has it. */',
      `export const errors = ${JSON.stringify(Object.fromEntries(errors().map(({ code, ...rest }) => [code, rest])), null, 1)} as const;`,
      'export type ErrorCode = keyof typeof errors;',
      '',
      '/** Of the core that this was made with. */',
      `export const coreVersion = '${version}';`,
      '',
    ],
  },
  kotlin: {
    lang: 'kotlin',
    options: { framework: 'kotlinx', package: 'vn.gandan.api' },
    // quicktype's form for kotlinx.serialization, read and written by vn.gandan.json: every parameter bears its name.
    mend: (text) => text
      .replace(/^\/\/ (To parse|val ).*\n|^\/\/\n/gm, '')
      .replace(/(^import kotlinx.*\n)+/gm, 'import vn.gandan.json.*\n')
      .replace(/^(    @SerialName\("[^"]*"\)\n)?    val (\w+):/gm, (all, named, name) => (named ? all : `    @SerialName("${name}")\n${all}`)),
    stubs: (all) => [
      '/** Every method, over whatever carries a request. */',
      'abstract class Methods {',
      '    protected abstract suspend fun ask(method: String, params: JsonElement): JsonElement',
      '',
      ...all.flatMap((m) => [
        `    /** ${m.summary.replaceAll('*/', '* /')} */`,
        `    suspend fun ${camel(m.name)}(${m.params === null ? '' : `params: ${m.params}`}): ${m.result} =`,
        `        Json.decodeFromJsonElement(ask("${m.name}", ${m.params === null ? 'JsonObject(emptyMap())' : 'Json.encodeToJsonElement(params)'}))`,
      ]),
      '}',
    ],
  },
  swift: swift({ camel, errors }),
};

const [language, out] = process.argv.slice(2);
if (!(language in languages) || out === undefined) {
  process.stderr.write(`generate: ${Object.keys(languages).join('|')} OUT\n`);
  process.exit(2);
}
const { lang, options, stubs, mend = (text) => text } = languages[language];
const header = `// Made by mobile-bindings/codegen from schema/api/gandan.openrpc.json (version ${api.info.version}). Not to be edited.`;
const text = [header, '', mend(await types(lang, options)), '', ...stubs(methods())].join('\n');
for (const { result, params } of methods())
  for (const type of [result, params])
    if (type !== null && !new RegExp(`\\b(interface|type|class|struct|enum|typealias) ${type}\\b`).test(text))
      throw new Error(`quicktype made no ${type}`);
if (out === '-') process.stdout.write(text);
else {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, text);
}
