import Foundation
import XCTest

@testable import GanDan

final class GandanTests: XCTestCase {
    private let passphrase = "mật khẩu dài 🔑"

    private func options(_ folder: URL, create: Bool = true, passphrase: String? = nil) -> OpenOptions {
        OpenOptions(
            folder: folder.appendingPathComponent("sổ").path, create: create, passphrase: passphrase ?? self.passphrase)
    }

    private func withVault(_ body: (Gandan) async throws -> Void) async throws {
        try await inTemporaryFolder { folder in
            let gandan = try await Gandan.open(options(folder))
            try await body(gandan)
            await gandan.close()
        }
    }

    private func error(_ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    func testAVaultIsMadeClosedAndOpenedAgainAndErrorsHaveTheirKindAndBothLanguages() async throws {
        try await inTemporaryFolder { folder in
            let path = try XCTUnwrap(options(folder).folder)
            XCTAssertFalse(Gandan.hasVault(folder: path))
            let missing = await error { _ = try await Gandan.open(options(folder, create: false)) }
            guard case .vault(let failure)? = missing as? GandanError else { return XCTFail("\(missing as Any)") }
            XCTAssertEqual(ErrorCode(rawValue: failure.code), .vaultMissing)
            XCTAssertFalse(failure.vi.isEmpty || failure.en.isEmpty)

            let made = try await Gandan.open(options(folder))
            let version = try await made.appVersion().version
            XCTAssertEqual(version, Gandan.version)
            await made.close()
            XCTAssertTrue(Gandan.hasVault(folder: path))

            let wrong = await error {
                _ = try await Gandan.open(options(folder, create: false, passphrase: "mật khẩu khác"))
            }
            XCTAssertEqual((wrong as? GandanError)?.code, .vaultWrongPassphrase)
            XCTAssertEqual((wrong as? GandanError)?.retry, true)

            let again = try await Gandan.open(options(folder, create: false))
            let unknown = await error { try await again.ask("no.such") }
            guard case .wrongUse? = unknown as? GandanError else { return XCTFail("\(unknown as Any)") }
            await again.close()
        }
    }

    func testRequestsOfManyTasksAreAnsweredEachWithItsOwn() async throws {
        try await withVault { gandan in
            let versions = try await withThrowingTaskGroup(of: String?.self) { group in
                for i in 0..<100 {
                    group.addTask {
                        if i % 2 == 0 { return try await gandan.appVersion().version }
                        try await gandan.vaultCheck()
                        return nil
                    }
                }
                return try await group.reduce(into: [String]()) { if let version = $1 { $0.append(version) } }
            }
            XCTAssertEqual(versions, Array(repeating: Gandan.version, count: 50))
        }
    }

    func testATaskThatIsCancelledEndsItsRequestAndTheNotebookGoesOn() async throws {
        try await withVault { gandan in
            let many = (0..<50).map { _ in Task { try await gandan.vaultRebuild() } }
            for task in many { task.cancel() }
            var cancelled = 0
            for task in many {
                switch await task.result {
                case .success: break
                case .failure(let error):
                    XCTAssertTrue(error is CancellationError, "\(error)")
                    cancelled += 1
                }
            }
            XCTAssertGreaterThan(cancelled, 0)
            let version = try await gandan.appVersion().version
            XCTAssertEqual(version, Gandan.version)
        }
    }

    func testWhatWaitsWhenItIsClosedIsAnsweredAndAfterwardsNothingIsTaken() async throws {
        try await withVault { gandan in
            let events = gandan.events
            let waiting = (0..<20).map { _ in Task { try await gandan.vaultRebuild() } }
            await gandan.close()
            for task in waiting {
                guard case .failure(let error) = await task.result else { continue }
                XCTAssertTrue(
                    error as? NotebookError == .closed || (error as? GandanError)?.code == .cancelled, "\(error)")
            }
            let after = await error { try await gandan.appVersion() }
            XCTAssertEqual(after as? NotebookError, .closed)
            for await _ in events {}  // it ends
            for await _ in gandan.events {}
        }
    }

    func testMoreThanWaitsIsRefusedAndTheRestIsAnswered() async throws {
        try await withVault { gandan in
            let many = (0..<1000).map { _ in Task { try await gandan.vaultCheck() } }
            var answered = 0
            var refused = 0
            for task in many {
                switch await task.result {
                case .success: answered += 1
                case .failure(let error):
                    XCTAssertEqual(error as? NotebookError, .tooManyWait)
                    refused += 1
                }
            }
            XCTAssertGreaterThan(answered, 0)
            XCTAssertEqual(answered + refused, 1000)
        }
    }

    func testAVaultThatLocksItselfIsAnEventForAllWhoListen() async throws {
        try await withVault { gandan in
            let first = gandan.events
            let second = gandan.events
            try await gandan.vaultAutoLock(.init(seconds: 10))
            for events in [first, second] {
                let event = await events.first { $0.method == "vault.lock" }
                XCTAssertEqual(event?.request, 0)
                XCTAssertEqual(event?.members["locked"], true)
            }
            let closed = await error { try await gandan.status() }
            XCTAssertEqual((closed as? GandanError)?.code, .vaultClosed)
        }
    }

    func testANotebookThatNobodyHoldsClosesItself() async throws {
        try await inTemporaryFolder { folder in
            var gandan: Gandan? = try await Gandan.open(options(folder))
            let events = try XCTUnwrap(gandan).events
            gandan = nil
            for await _ in events {}
            try await Gandan.open(options(folder, create: false)).close()  // not locked any more
        }
    }

    private struct Keys: Keystore {
        let bytes: Data?
        func secret() async throws -> Data? { bytes }
        func forget() async throws {}
    }

    func testTheKeychainOpensALockedVaultAndASyncThatIsLockedOutIsTriedAgain() async throws {
        let keys = Keys(bytes: Data(0..<32))
        try await withVault { gandan in
            let added = try await gandan.addKeystore(keys)
            XCTAssertTrue(added)
            try await gandan.ask("vault.lock")
            let outcome = await gandan.syncOnce(.init(server: "https://localhost:1"))
            XCTAssertEqual(outcome, .tryAgain)
            let nobody = try await gandan.unlock(Keys(bytes: nil))
            XCTAssertFalse(nobody)
            let opened = try await gandan.unlock(keys)
            XCTAssertTrue(opened)
            try await gandan.deviceInfo()
            await gandan.close()
            let ended = await gandan.syncOnce(.init(server: "https://localhost:1"))
            XCTAssertEqual(ended, .giveUp)
        }
    }

    func testTheErrorsThatThisLanguageKnowsAreTheCores() throws {
        let file =
            ProcessInfo.processInfo.environment["GANDAN_ERROR_CODES"]
            ?? root.appendingPathComponent("build/release/tests/conformance/mobile-bindings/error_codes.json").path
        let listed = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        guard case .object(let codes) = listed else { return XCTFail("\(listed)") }
        XCTAssertEqual(Set(codes.keys), Set(ErrorCode.allCases.map(\.rawValue)))
        let errors = try codes.map { code, about -> GandanError in
            guard case .object(var members) = about else { throw CocoaError(.coderInvalidValue) }
            members.merge(["code": .string(code), "detail": "", "fields": []]) { $1 }
            let answer = try JSONEncoder().encode(JSON.object(["error": .object(members)]))
            let result = try JSONDecoder().decode(Envelope<JSON>.self, from: answer).result
            guard case .failure(let error) = result else { throw CocoaError(.coderInvalidValue) }
            XCTAssertEqual(error.code?.rawValue, code)
            return error
        }
        let others = errors.filter { if case .other = $0 { true } else { false } }
        XCTAssertEqual(others, [])
        XCTAssertEqual(Set(errors.map(\.failure.exit)), [1, 2, 3, 4, 5, 6])
    }
}

final class JSONTests: XCTestCase {
    func testWhatIsReadIsWrittenAsItWas() throws {
        for text in [
            "{}", "[]", "[1,-2.5,true,false,null]", "{\"a\":{\"b\":[\"\\u0001\\\"\",\"ảnh 🔑\"]}}", "9007199254740993",
            "1",
        ] {
            let tree = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
            XCTAssertEqual(String(decoding: try JSONEncoder().encode(tree), as: UTF8.self), text)
        }
    }

    func testAMemberThatMustBeThereIsMissedAndAnUnknownOneIsNot() throws {
        func decode<Type: Decodable>(_ type: Type.Type, _ text: String) throws -> Type {
            try JSONDecoder().decode(type, from: Data(text.utf8))
        }
        XCTAssertThrowsError(try decode(API.Failure.self, "{\"code\":\"x\"}"))
        XCTAssertNil(try decode(API.SyncRunParams.self, "{\"server\":\"s\",\"other\":1}").caFile)
    }
}
