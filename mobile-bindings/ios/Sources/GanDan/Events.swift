// What happens meanwhile.
import Foundation

/// Progress of long work, or that the vault has locked itself (`method` vault.lock, request 0).
public struct Event: Hashable, Sendable {
    public let request: Int64
    public let method: String
    /// The whole event: its counters, and what is newer than this package.
    public let members: JSON

    init?(_ members: JSON) {
        guard let method = members["method"]?.string else { return nil }
        self.request = members["request"]?.integer ?? 0
        self.method = method
        self.members = members
    }
}

/// One event for all who listen; who comes later has missed what was before.
final class Broadcast: Sendable {
    private struct State {
        var next = 0
        var listeners: [Int: AsyncStream<Event>.Continuation]? = [:]
    }

    private let state = Guarded(State())

    /// Keeps the newest 256 of a slow listener's; ends when the notebook is closed.
    func stream() -> AsyncStream<Event> {
        AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            let key: Int? = state.with { state in
                guard state.listeners != nil else { return nil }
                state.next += 1
                state.listeners?[state.next] = continuation
                return state.next
            }
            guard let key else { return continuation.finish() }
            continuation.onTermination = { [state] _ in state.with { $0.listeners?[key] = nil } }
        }
    }

    func tell(_ members: JSON?) {
        guard let members, let event = Event(members) else { return }
        let listeners = state.with { Array(($0.listeners ?? [:]).values) }
        for listener in listeners { listener.yield(event) }
    }

    func finish() {
        let listeners = state.with { state in
            defer { state.listeners = nil }
            return Array((state.listeners ?? [:]).values)
        }
        for listener in listeners { listener.finish() }
    }
}
