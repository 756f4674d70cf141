// The stories of tests/conformance; their rules stand in the README there. Parameters and answers go through their types,
// too.
import Foundation
import XCTest

@testable import GanDan

let root = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }

final class ConformanceTests: XCTestCase {
    func testStories() async throws {
        let folder = root.appendingPathComponent("tests/conformance")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
        XCTAssertGreaterThan(files.count, 5)
        for file in files {
            let story = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: file))
            try await inTemporaryFolder { try await Story(file.lastPathComponent, $0).run(story) }
        }
    }
}

func inTemporaryFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gandan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
}

private final class Story {
    private struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private let name: String
    private let folder: URL
    private var kept: [String: String]
    private var notebooks: [String: Gandan] = [:]
    private let clock: [String: JSON] = ["offline": true, "clock": ["start_ms": 1_770_000_000_000, "step_ms": 1000]]
    private static let forms = [
        "<id>": "^[0-9a-hjkmnp-tv-z]{26}$", "<instant>": "^[0-9T:.-]+Z$", "<hash>": "^[0-9a-f]{64}$",
    ]

    init(_ name: String, _ folder: URL) {
        self.name = name
        self.folder = folder
        kept = ["tmp": folder.path, "root": root.standardizedFileURL.path]
    }

    func run(_ story: JSON) async throws {
        var all = OpenOptions(autoLock: 0)
        all.more = clock
        notebooks["clock of all"] = try await Gandan.open(all)
        guard case .array(let steps)? = story["steps"] else { throw Fault(description: "\(name) has no steps") }
        for step in steps { try await run(step: step) }
        for notebook in notebooks.values { await notebook.close() }
    }

    private func run(step: JSON) async throws {
        let method = try XCTUnwrap(step["method"]?.string)
        let params = filled(step["params"] ?? [:])
        let told = "\(name): \(method) \(params)"
        let wanted = step["error"]
        if wanted?["code"] != "request.bad" { try roundTrip(params, API.types(of: method)?.params, told) }
        do {
            let answer = try await notebook(try XCTUnwrap(step["notebook"]?.string)).ask(method, params)
            guard wanted == nil else { throw Fault(description: "\(told): \(answer)") }
            if let ok = step["ok"] {
                keep(ok, answer)
                try match(ok, answer, told)
            }
            try roundTrip(answer, API.types(of: method)?.result, told)
        } catch let error as GandanError {
            guard let wanted else { throw Fault(description: "\(told): \(error)") }
            XCTAssertNotNil(error.code, told)
            try match(wanted, try tree(error.failure), told)
        }
    }

    private func notebook(_ name: String) async throws -> Gandan {
        if let there = notebooks[name] { return there }
        let key = String(repeating: String(97 + notebooks.count, radix: 16), count: 32)
        var options = OpenOptions(create: true, autoLock: 0)
        options.more = clock
        if name != "none" {
            options.folder = folder.appendingPathComponent(name).path
            options.more["raw_key"] = .string(key)
        }
        let made = try await Gandan.open(options)
        notebooks[name] = made
        return made
    }

    // What the types say is what the core said, member for member.
    private func roundTrip(_ json: JSON, _ type: (any Codable.Type)?, _ told: String) throws {
        func through<Type: Codable>(_ type: Type.Type) throws -> JSON {
            try tree(try JSONDecoder().decode(type, from: JSONEncoder().encode(json)))
        }
        let type = try XCTUnwrap(type, told)
        XCTAssertEqual(withoutNulls(json), withoutNulls(try through(type)), "\(told) as \(type)")
    }

    private func tree(_ value: some Encodable) throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: JSONEncoder().encode(value))
    }

    private func withoutNulls(_ json: JSON) -> JSON {
        switch json {
        case .object(let members): return .object(members.filter { $0.value != .null }.mapValues(withoutNulls))
        case .array(let elements): return .array(elements.map(withoutNulls))
        default: return json
        }
    }

    private func fill(_ text: String) -> String {
        kept.reduce(text) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
    }

    private func filled(_ json: JSON) -> JSON {
        switch json {
        case .string(let text): return .string(fill(text))
        case .array(let elements): return .array(elements.map(filled))
        case .object(let members):
            return .object(Dictionary(uniqueKeysWithValues: members.map { (fill($0.key), filled($0.value)) }))
        default: return json
        }
    }

    // Before all else: an expectation may name what another member of it keeps, and members have no order here.
    private func keep(_ wanted: JSON, _ got: JSON) {
        switch (wanted, got) {
        case (.string(let text), _) where text.hasPrefix("<keep:"):
            kept[String(text.dropFirst(6).dropLast())] = printed(got)
        case (.array(let elements), .array(let there)):
            for (element, one) in zip(elements, there) { keep(element, one) }
        case (.object(let members), _):
            for (name, value) in members { if let member = got[fill(name)] { keep(value, member) } }
        default: break
        }
    }

    private func printed(_ json: JSON) -> String {
        json.string ?? (try? JSONEncoder().encode(json)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private func match(_ wanted: JSON, _ got: JSON, _ path: String) throws {
        switch wanted {
        case .string(let text): match(text: fill(text), got, path)
        case .array(let elements):
            guard case .array(let there) = got, there.count == elements.count else {
                throw Fault(description: "\(path): another array: \(got)")
            }
            for (i, element) in elements.enumerated() { try match(element, there[i], "\(path)[\(i)]") }
        case .object(let members):
            for (name, value) in members {
                guard let member = got[fill(name)] else { throw Fault(description: "\(path).\(name): absent") }
                try match(value, member, "\(path).\(name)")
            }
        default: XCTAssertEqual(wanted, got, path)
        }
    }

    private func match(text: String, _ got: JSON, _ path: String) {
        if text == "<any>" || text.hasPrefix("<keep:") { return }
        if let form = Story.forms[text] {
            let value = printed(got)
            XCTAssertNotNil(value.range(of: form, options: .regularExpression), "\(path): wanted \(text), got \(value)")
        } else {
            XCTAssertEqual(got, .string(text), path)
        }
    }
}
