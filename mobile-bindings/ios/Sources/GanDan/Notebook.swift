// gandan.h as it is, held so that it is closed once: texts in, texts out.
import CGanDan
import Foundation

/// Threading: from any thread. init and close block; everything else returns at once.
final class Notebook: @unchecked Sendable {
    let events = Broadcast()
    private let handle: OpaquePointer
    private let use = Use()
    private static let watch: Int64 = 250  // ms: how long close() may wait for the watcher

    init(options: String) throws {
        guard gandan_abi() >> 16 == UInt32(GANDAN_ABI_MAJOR), gandan_abi() & 0xffff >= UInt32(GANDAN_ABI_MINOR) else {
            throw NotebookError.otherLibrary
        }
        var error: UnsafeMutablePointer<CChar>?
        guard let handle = gandan_open(options, &error) else {
            defer { gandan_free(error) }
            let why = try JSONDecoder().decode(Envelope<JSON>.self, from: try Notebook.data(error))
            _ = try why.result.get()
            throw NotebookError.outOfMemory
        }
        self.handle = handle
        Thread.detachNewThread { [self] in watchEvents() }
    }

    // What belongs to no request: the vault has locked itself.
    private func watchEvents() {
        while use.enter() {
            let note = gandan_wait(handle, Notebook.watch)
            use.leave()
            guard let data = try? Notebook.data(note) else { continue }
            gandan_free(note)
            events.tell(try? JSONDecoder().decode(JSON.self, from: data)["event"])
        }
    }

    /// Suspends until the answer is there. A cancelled task ends its request; the answer then says so.
    func ask(_ request: String) async throws -> Data {
        let pending = Pending(self)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { submit(request, pending, Reply($0, events)) }
        } onCancel: {
            pending.cancel()
        }
    }

    private func submit(_ request: String, _ pending: Pending, _ reply: Reply) {
        guard use.enter() else { return reply.continuation.resume(throwing: NotebookError.closed) }
        let kept = Unmanaged.passRetained(reply)  // given back with the answer
        let id = gandan_submit(handle, request, onReply, kept.toOpaque())
        use.leave()
        guard id != 0 else {
            kept.release()
            return reply.continuation.resume(throwing: NotebookError.tooManyWait)
        }
        pending.began(id)
    }

    fileprivate func cancel(_ id: UInt64) {
        guard use.enter() else { return }
        gandan_cancel(handle, id)
        use.leave()
    }

    /// Waits for what runs to end, and answers what waits. Once; further calls do nothing.
    func close() {
        guard use.end() else { return }
        gandan_close(handle)
        events.finish()
    }

    fileprivate static func data(_ text: UnsafePointer<CChar>?) throws -> Data {
        guard let text else { throw NotebookError.outOfMemory }
        return Data(bytes: text, count: strlen(text))
    }
}

// Of a request: who waits for its answer, and who hears its progress.
private final class Reply: Sendable {
    let continuation: CheckedContinuation<Data, any Error>
    let events: Broadcast

    init(_ continuation: CheckedContinuation<Data, any Error>, _ events: Broadcast) {
        self.continuation = continuation
        self.events = events
    }
}

// A task may be cancelled before its request has an id.
private final class Pending: Sendable {
    private enum State {
        case before, cancelled
        case began(UInt64)
    }

    private let notebook: Notebook
    private let state = Guarded(State.before)

    init(_ notebook: Notebook) {
        self.notebook = notebook
    }

    func began(_ id: UInt64) {
        let late = state.with { state in
            defer { state = .began(id) }
            if case .cancelled = state { return true }
            return false
        }
        if late { notebook.cancel(id) }
    }

    func cancel() {
        let id: UInt64? = state.with { state in
            if case .began(let id) = state { return id }
            state = .cancelled
            return nil
        }
        if let id { notebook.cancel(id) }
    }
}

// On the notebook's thread.
private func onReply(user: UnsafeMutableRawPointer?, id: UInt64, done: Int32, json: UnsafePointer<CChar>?) {
    guard let user else { return }
    let reply = Unmanaged<Reply>.fromOpaque(user)
    let said = Result { try Notebook.data(json) }
    if done == 1 {
        reply.takeRetainedValue().continuation.resume(with: said)
    } else if let data = try? said.get() {
        reply.takeUnretainedValue().events.tell(try? JSONDecoder().decode(JSON.self, from: data))
    }
}
