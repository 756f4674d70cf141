// Swift's part of generate.mjs: the types inside `enum API`, for many of their names are others' as well (Task, Unit,
// Label, Link), the methods as an extension of a protocol, and the errors' codes.

const declared = new Set(['internal', 'in', 'default', 'case', 'self', 'switch', 'where', 'repeat', 'import', 'public']);
const safe = (name) => (declared.has(name) ? `\`${name}\`` : name);
const comment = (text) => text.replaceAll('\n', ' ');

// quicktype's output without its helpers: trees of any JSON are ours (JSON), what is optional may be left out.
function mended(text) {
  const types = text
    .replace(/^[^]*?\nimport Foundation\n/, '')
    .replace(/\n\/\/ MARK: - Encode\/decode helpers\n[^]*$/, '')
    .replace(/\/\/\n\/\/ Hashable or Equatable:\n(\/\/.*\n)+\n?/g, '')
    .replace(/^\/\/ MARK: .*\n/gm, '')
    .replaceAll('JSONAny', 'JSON')
    .replace(/^    public init\(.*\{$/gm, (line) => line.replace(/\?(?=[,)])/g, '? = nil'))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return `import Foundation\n\n/// The types of schema/api.\npublic enum API {\n${types.replace(/^(?=.)/gm, '    ')}\n}`;
}

const of = (type) => (type === null ? 'NoParams' : `API.${type}`);

export const swift = ({ camel, errors }) => ({
  lang: 'swift',
  options: { 'access-level': 'public', initializers: false, protocol: 'hashable', sendable: true },
  mend: mended,
  stubs: (all) => [
    '/// Every method, over whatever carries a request.',
    'public protocol Methods {',
    '    func ask<Params: Encodable & Sendable, Answer: Decodable & Sendable>(_ method: String, _ params: Params) async throws -> Answer',
    '}',
    '',
    '/// What methods take that take nothing.',
    'public struct NoParams: Codable, Hashable, Sendable {',
    '    public init() {}',
    '}',
    '',
    'public extension Methods {',
    ...all.flatMap((m) => [
      `    /// ${comment(m.summary)}`,
      `    @discardableResult`,
      `    func ${safe(camel(m.name))}(${m.params === null ? '' : `_ params: ${of(m.params)}${m.optional ? ' = .init()' : ''}`}) async throws -> ${of(m.result)} {`,
      `        try await ask("${m.name}", ${m.params === null ? 'NoParams()' : 'params'})`,
      '    }',
    ]),
    '}',
    '',
    'public extension API {',
    '    /// What a method takes and what it answers; nil: no such method.',
    '    static func types(of method: String) -> (params: any Codable.Type, result: any Codable.Type)? {',
    '        switch method {',
    ...all.map((m) => `        case "${m.name}": return (${of(m.params)}.self, ${of(m.result)}.self)`),
    '        default: return nil',
    '        }',
    '    }',
    '}',
    '',
    '/// Every error that the core knows, as core/base/errors.def has it.',
    'public enum ErrorCode: String, CaseIterable, Codable, Hashable, Sendable {',
    ...errors().flatMap(({ code, en }) => [`    /// ${comment(en)}`, `    case ${safe(camel(code))} = "${code}"`]),
    '}',
    '',
  ],
});
