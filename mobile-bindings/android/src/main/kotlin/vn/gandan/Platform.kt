// What a phone brings: behind interfaces, so that the library needs no Android and tests need no phone.
package vn.gandan

import vn.gandan.api.SyncRunParams
import vn.gandan.json.JsonObject
import vn.gandan.json.JsonText

/**
 * A place for 32 secret bytes that opens when the phone's owner has shown himself. On Android: a key of the Android
 * Keystore with setUserAuthenticationRequired(true) that wraps them (AES-GCM), the wrapped bytes in a private file.
 */
interface Keystore {
    /** The bytes, made at the first call. null: the person did not show himself. */
    suspend fun secret(): ByteArray?

    /** Forgets them: the slot opens no more. */
    suspend fun forget()
}

/** Makes the slot by which a vault opens with the phone's keystore. The vault must be open. */
suspend fun Gandan.addKeystore(keystore: Keystore): Boolean {
    val secret = keystore.secret() ?: return false
    ask("keys.add", JsonObject(mapOf("kind" to JsonText("keystore"), "keystore" to JsonText(hex(secret)))))
    return true
}

/** Opens a locked vault with it. */
suspend fun Gandan.unlock(keystore: Keystore): Boolean {
    val secret = keystore.secret() ?: return false
    ask("vault.unlock", JsonObject(mapOf("keystore" to JsonText(hex(secret)))))
    return true
}

private fun hex(bytes: ByteArray) = bytes.joinToString("") { "%02x".format(it) }

/** When the system lets work be done in the background: WorkManager's constraints and its three outcomes. */
interface SyncSchedule {
    enum class Outcome { DONE, TRY_AGAIN, GIVE_UP }

    /** Calls [work] when there is a network, again after a while when it says TRY_AGAIN. Replaces what was scheduled. */
    fun schedule(work: suspend () -> Outcome)

    fun stop()
}

/** One sync as such a schedule wants it. A locked vault is left alone: a sync needs its keys. */
suspend fun Gandan.syncOnce(params: SyncRunParams): SyncSchedule.Outcome = try {
    syncRun(params)
    SyncSchedule.Outcome.DONE
} catch (error: GandanError) {
    if (error.retry || error.code == "vault.closed") SyncSchedule.Outcome.TRY_AGAIN else SyncSchedule.Outcome.GIVE_UP
}
