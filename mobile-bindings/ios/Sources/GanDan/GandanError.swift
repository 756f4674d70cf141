// Why a request failed.
import Foundation

/// One case for each kind of trouble that a shell answers in its own way. The exact error is `code`, stable
/// (core/base/errors.def); `failure.vi` and `failure.en` are said to people.
public enum GandanError: Error, Hashable, Sendable {
    /// It failed on this device: no memory, cancelled, a fault of the program's.
    case failed(API.Failure)
    /// The shell asked for what there is not, or in the wrong form.
    case wrongUse(API.Failure)
    /// What a person gave is not right: `failure.fields` names each place.
    case badInput(API.Failure)
    /// The vault: locked, its passphrase, damaged, no room.
    case vault(API.Failure)
    /// Network, server, or somebody's authority. What was written stays on the device.
    case network(API.Failure)
    /// A proof or a signature does not hold: it is to be shown, not to be tried again.
    case proof(API.Failure)
    /// An error that this library does not know the kind of.
    case other(API.Failure)

    init(_ failure: API.Failure) {
        switch failure.exit {
        case 1: self = .failed(failure)
        case 2: self = .wrongUse(failure)
        case 3: self = .badInput(failure)
        case 4: self = .vault(failure)
        case 5: self = .network(failure)
        case 6: self = .proof(failure)
        default: self = .other(failure)
        }
    }

    public var failure: API.Failure {
        switch self {
        case .failed(let failure), .wrongUse(let failure), .badInput(let failure), .vault(let failure),
            .network(let failure), .proof(let failure), .other(let failure):
            return failure
        }
    }

    /// nil: the library is newer than these bindings; `failure.code` has its text.
    public var code: ErrorCode? { ErrorCode(rawValue: failure.code) }

    /// Whether the same request may succeed later, unchanged.
    public var retry: Bool { failure.retry }
}

extension GandanError: LocalizedError, CustomStringConvertible {
    /// In Vietnamese where a Vietnamese locale is preferred, else in English.
    public var errorDescription: String? {
        Locale.preferredLanguages.first?.hasPrefix("vi") == true ? failure.vi : failure.en
    }

    public var description: String {
        "[\(failure.code)] \(failure.en) \(failure.detail)".trimmingCharacters(in: .whitespaces)
    }
}

/// What is no answer of the core's.
public enum NotebookError: Error, Hashable, Sendable {
    /// `close()` was called.
    case closed
    /// 256 requests wait already; this one was not begun.
    case tooManyWait
    /// There was no memory for the answer; what was acknowledged is on the disk.
    case outOfMemory
    /// The library that was loaded is not the one that this package was made for.
    case otherLibrary
}
