// What several threads share.
import Foundation

/// A value behind a lock. `body` must return soon and not come back here.
final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    func with<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

/// Counts who is inside the library, so that a notebook is closed once and when nobody is.
final class Use: @unchecked Sendable {
    private let state = NSCondition()
    private var inside = 0
    private var ending = false

    func enter() -> Bool {
        state.lock()
        defer { state.unlock() }
        if !ending { inside += 1 }
        return !ending
    }

    func leave() {
        state.lock()
        defer { state.unlock() }
        inside -= 1
        state.broadcast()
    }

    /// True for the first who ends it, once all others are out.
    func end() -> Bool {
        state.lock()
        defer { state.unlock() }
        if ending { return false }
        ending = true
        while inside > 0 { state.wait() }
        return true
    }
}

/// Work that blocks, on a thread that nobody waits for.
func apart<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
            continuation.resume(with: Swift.Result { try work() })
        }
    }
}
