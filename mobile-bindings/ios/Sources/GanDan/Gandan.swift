// A notebook for Swift.
import CGanDan
import Foundation

/// How a vault is opened: one of the keys, or `locked` for a screen that asks who is there.
public struct OpenOptions: Sendable {
    public var folder: String?
    public var create = false
    public var locked = false
    public var passphrase: String?
    public var recovery: String?
    public var pin: String?
    public var holder: String?
    /// 32 bytes that the platform's keychain keeps: `Keystore`.
    public var keystore: Data?
    /// Seconds without a person's request until it locks itself; nil: 300.
    public var autoLock: Int64?
    // What only tests give.
    var more: [String: JSON] = [:]

    public init(
        folder: String? = nil, create: Bool = false, locked: Bool = false, passphrase: String? = nil,
        recovery: String? = nil, pin: String? = nil, holder: String? = nil, keystore: Data? = nil,
        autoLock: Int64? = nil
    ) {
        self.folder = folder
        self.create = create
        self.locked = locked
        self.passphrase = passphrase
        self.recovery = recovery
        self.pin = pin
        self.holder = holder
        self.keystore = keystore
        self.autoLock = autoLock
    }

    var json: JSON {
        var out = more
        let texts = [
            "folder": folder, "passphrase": passphrase, "recovery": recovery, "pin": pin, "holder": holder,
            "keystore": keystore.map(hex),
        ]
        for (name, text) in texts { out[name] = text.map(JSON.string) }
        if create { out["create"] = true }
        if locked { out["locked"] = true }
        if let autoLock { out["auto_lock"] = .integer(autoLock) }
        return .object(out)
    }
}

/// One notebook. Requests are done in the order in which they come, on a thread of the library's, so nothing here blocks;
/// a task that is cancelled ends its request and gets CancellationError. Every method of the core is a function here
/// (`Methods`); `ask` takes any request as a tree, with members that this version's types do not know.
///
/// Threading: from any task. Where nobody holds it any more, it closes itself.
public final class Gandan: Methods, Sendable {
    private let notebook: Notebook

    private init(_ notebook: Notebook) {
        self.notebook = notebook
    }

    deinit {
        DispatchQueue.global().async { [notebook] in notebook.close() }
    }

    public static var version: String { String(cString: gandan_version()) }

    public static func hasVault(folder: String) -> Bool { gandan_has_vault(folder) == 1 }

    /// See gandan_set_memory_ceiling in gandan.h.
    @discardableResult
    public static func setMemoryCeiling(_ bytes: Int64) -> Int64 { gandan_set_memory_ceiling(bytes) }

    public static func open(_ options: OpenOptions) async throws -> Gandan {
        let text = try text(options.json)
        return Gandan(try await apart { try Notebook(options: text) })
    }

    /// What happens meanwhile, for each who asks a stream of its own; it ends with `close()`.
    public var events: AsyncStream<Event> { notebook.events.stream() }

    public func ask<Params: Encodable & Sendable, Answer: Decodable & Sendable>(
        _ method: String, _ params: Params
    ) async throws -> Answer {
        try await request(Call(method: method, params: params, background: nil))
    }

    /// `background`: as a timer asks, which does not keep the vault open.
    @discardableResult
    public func ask(_ method: String, _ params: JSON = [:], background: Bool = false) async throws -> JSON {
        try await request(Call(method: method, params: params, background: background ? true : nil))
    }

    private func request<Params, Answer: Decodable>(_ call: Call<Params>) async throws -> Answer {
        let data = try await notebook.ask(try Gandan.text(call))
        do {
            return try JSONDecoder().decode(Envelope<Answer>.self, from: data).result.get()
        } catch let error as GandanError where error.code == .cancelled && Task.isCancelled {
            throw CancellationError()
        }
    }

    /// Ends what runs, answers what waits, and closes the vault; afterwards every request throws NotebookError.closed.
    public func close() async {
        try? await apart { [notebook] in notebook.close() }
    }

    private static func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}

private struct Call<Params: Encodable>: Encodable {
    let method: String
    let params: Params
    let background: Bool?
}

/// {"ok": …} or {"error": …}
struct Envelope<Ok: Decodable>: Decodable {
    let result: Result<Ok, GandanError>

    private enum Keys: String, CodingKey {
        case ok, error
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Keys.self)
        if let failure = try members.decodeIfPresent(API.Failure.self, forKey: .error) {
            result = .failure(GandanError(failure))
        } else {
            result = .success(try members.decode(Ok.self, forKey: .ok))
        }
    }
}

func hex(_ bytes: Data) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
