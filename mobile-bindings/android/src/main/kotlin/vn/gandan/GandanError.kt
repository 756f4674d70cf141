package vn.gandan

import vn.gandan.api.Failure
import vn.gandan.json.Codec
import vn.gandan.json.JsonElement

/**
 * Why a request failed: one class for each kind of trouble that a shell answers in its own way. The exact error is
 * [code], stable (core/base/errors.def); [Failure.vi] and [Failure.en] are said to people.
 */
sealed class GandanError(val failure: Failure) : Exception("[${failure.code}] ${failure.en} ${failure.detail}".trim()) {
    val code: String get() = failure.code

    /** Whether the same request may succeed later, unchanged. */
    val retry: Boolean get() = failure.retry

    /** It failed on this device: no memory, cancelled, a fault of the program's. */
    class Failed(failure: Failure) : GandanError(failure)

    /** The shell asked for what there is not, or in the wrong form. */
    class WrongUse(failure: Failure) : GandanError(failure)

    /** What a person gave is not right: [Failure.fields] names each place. */
    class BadInput(failure: Failure) : GandanError(failure)

    /** The vault: locked, its passphrase, damaged, no room. */
    class Vault(failure: Failure) : GandanError(failure)

    /** Network, server, or somebody's authority. What was written stays on the device. */
    class Network(failure: Failure) : GandanError(failure)

    /** A proof or a signature does not hold: it is to be shown, not to be tried again. */
    class Proof(failure: Failure) : GandanError(failure)

    /** An error that this library does not know the kind of. */
    class Other(failure: Failure) : GandanError(failure)

    companion object {
        fun of(error: JsonElement): GandanError {
            val failure = Codec.decode(Failure::class.java, error) as Failure
            return when (failure.exit) {
                1L -> Failed(failure)
                2L -> WrongUse(failure)
                3L -> BadInput(failure)
                4L -> Vault(failure)
                5L -> Network(failure)
                6L -> Proof(failure)
                else -> Other(failure)
            }
        }
    }
}
