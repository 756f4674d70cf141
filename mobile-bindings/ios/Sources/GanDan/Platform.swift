// What a phone brings: behind protocols, so that the library needs no iOS and tests need no phone.
import Foundation

/// A place for 32 secret bytes that opens when the phone's owner has shown himself. On iOS: a generic password of the
/// Keychain, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly with SecAccessControl's .biometryCurrentSet or .userPresence.
public protocol Keystore: Sendable {
    /// The bytes, made at the first call. nil: the person did not show himself.
    func secret() async throws -> Data?

    /// Forgets them: the slot opens no more.
    func forget() async throws
}

extension Gandan {
    /// Makes the slot by which a vault opens with the phone's keychain. The vault must be open.
    public func addKeystore(_ keystore: some Keystore) async throws -> Bool {
        guard let secret = try await keystore.secret() else { return false }
        try await ask("keys.add", ["kind": "keystore", "keystore": .string(hex(secret))])
        return true
    }

    /// Opens a locked vault with it.
    public func unlock(_ keystore: some Keystore) async throws -> Bool {
        guard let secret = try await keystore.secret() else { return false }
        try await ask("vault.unlock", ["keystore": .string(hex(secret))])
        return true
    }
}

/// When the system lets data be sent in the background. On iOS: a BGProcessingTaskRequest that requires a network, whose
/// handler runs `work` in a Task, cancels it in expirationHandler, and submits itself again after .tryAgain.
public protocol SyncSchedule: Sendable {
    /// Calls `work` when there is a network, again after a while when it says .tryAgain. Replaces what was scheduled.
    func schedule(_ work: @escaping @Sendable () async -> SyncOutcome)

    func stop()
}

public enum SyncOutcome: Hashable, Sendable {
    case done, tryAgain, giveUp
}

extension Gandan {
    /// One sync as such a schedule wants it. A locked vault is left alone: a sync needs its keys. What was sent before the
    /// system ended it counts; the next one goes on from there.
    public func syncOnce(_ params: API.SyncRunParams) async -> SyncOutcome {
        do {
            try await syncRun(params)
            return .done
        } catch let error as GandanError {
            return error.retry || error.code == .vaultClosed ? .tryAgain : .giveUp
        } catch is CancellationError {
            return .tryAgain
        } catch {
            return .giveUp
        }
    }
}
