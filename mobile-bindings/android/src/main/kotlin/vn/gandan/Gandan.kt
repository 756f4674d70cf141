package vn.gandan

import java.io.Closeable
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.asSharedFlow
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import vn.gandan.api.Methods
import vn.gandan.json.Json
import vn.gandan.json.JsonBool
import vn.gandan.json.JsonElement
import vn.gandan.json.JsonNumber
import vn.gandan.json.JsonObject
import vn.gandan.json.JsonText

/** How a vault is opened: one of the keys, or [locked] for a screen that asks who is there. */
class OpenOptions(
    val folder: String? = null,
    val create: Boolean = false,
    val locked: Boolean = false,
    val passphrase: String? = null,
    val recovery: String? = null,
    val pin: String? = null,
    val holder: String? = null,
    /** 32 bytes that the platform's keystore keeps: [Keystore]. */
    val keystore: ByteArray? = null,
    /** Seconds without a person's request until it locks itself; null: 300. */
    val autoLock: Long? = null,
    internal val more: Map<String, JsonElement> = emptyMap(),
) {
    internal fun json(): JsonObject {
        val out = LinkedHashMap(more)
        fun put(name: String, text: String?) = text?.let { out[name] = JsonText(it) }
        put("folder", folder)
        put("passphrase", passphrase)
        put("recovery", recovery)
        put("pin", pin)
        put("holder", holder)
        put("keystore", keystore?.joinToString("") { "%02x".format(it) })
        if (create) out["create"] = JsonBool(true)
        if (locked) out["locked"] = JsonBool(true)
        autoLock?.let { out["auto_lock"] = JsonNumber(it) }
        return JsonObject(out)
    }
}

/** Progress of long work, or that the vault has locked itself ([method] vault.lock, request 0). */
data class Event(val request: Long, val method: String, val members: JsonObject)

/**
 * One notebook. Requests are done in the order in which they come, on a thread of the library's, so nothing here blocks;
 * a coroutine that is cancelled ends its request. Every method of the core is a function here ([Methods]); [ask] takes
 * any request as a tree, with members that this version's types do not know.
 *
 * Threading: from any thread. close() waits for what runs to end; call it off the main thread.
 */
class Gandan private constructor(private val handle: Long) : Methods(), Closeable {
    private val shared = MutableSharedFlow<Event>(extraBufferCapacity = 256, onBufferOverflow = BufferOverflow.DROP_OLDEST)
    private val use = Use()

    /** What happens meanwhile; who comes later has missed what was before. */
    val events: SharedFlow<Event> = shared.asSharedFlow()

    private val watcher = thread(isDaemon = true, name = "gandan-events") {
        while (use.enter()) {
            try {
                Native.await(handle, WATCH_MS)?.let { note -> tell(Json.parse(note.decodeToString()).member("event")) }
            } finally {
                use.leave()
            }
        }
    }

    public override suspend fun ask(method: String, params: JsonElement): JsonElement = request(method, params, false)

    /** As a timer asks: it does not keep the vault open. */
    suspend fun askInBackground(method: String, params: JsonElement = JsonObject(emptyMap())): JsonElement =
        request(method, params, true)

    private suspend fun request(method: String, params: JsonElement, background: Boolean): JsonElement {
        val members = linkedMapOf("method" to JsonText(method), "params" to params)
        if (background) members["background"] = JsonBool(true)
        val text = Json.print(JsonObject(members)).encodeToByteArray()
        val answer = suspendCancellableCoroutine { waiting ->
            val id = AtomicLong()
            val sink = Native.Sink { _, done, json ->
                val said = json.decodeToString()
                if (done) waiting.resume(said) else tell(Json.parse(said))
            }
            if (!use.enter()) {
                waiting.resumeWithException(IllegalStateException("the notebook is closed"))
                return@suspendCancellableCoroutine
            }
            try {
                id.set(Native.submit(handle, text, sink))
            } finally {
                use.leave()
            }
            if (id.get() == 0L) waiting.resumeWithException(IllegalStateException("too many requests wait"))
            waiting.invokeOnCancellation { cancel(id.get()) }
        }
        val parsed = Json.parse(answer) as JsonObject
        return parsed["ok"] ?: throw GandanError.of(parsed.member("error"))
    }

    private fun cancel(id: Long) {
        if (!use.enter()) return
        try {
            Native.cancel(handle, id)
        } finally {
            use.leave()
        }
    }

    private fun tell(event: JsonElement) {
        val members = event as? JsonObject ?: return
        val request = (members["request"] as? JsonNumber)?.long ?: 0
        val method = (members["method"] as? JsonText)?.value ?: return
        shared.tryEmit(Event(request, method, members))
    }

    override fun close() {
        if (use.end()) Native.close(handle)
        watcher.join()
    }

    companion object {
        private const val WATCH_MS = 250L // how long close() may wait for the watcher

        val version: String get() = Native.version()

        fun hasVault(folder: String): Boolean = Native.hasVault(folder.encodeToByteArray())

        /** See gandan_set_memory_ceiling in gandan.h. */
        fun setMemoryCeiling(bytes: Long): Long = Native.setMemoryCeiling(bytes)

        suspend fun open(options: OpenOptions): Gandan = withContext(Dispatchers.IO) {
            val error = arrayOfNulls<ByteArray>(1)
            val handle = Native.open(Json.print(options.json()).encodeToByteArray(), error)
            if (handle == 0L) {
                val why = error[0] ?: throw OutOfMemoryError("gandan")
                throw GandanError.of(Json.parse(why.decodeToString()).member("error"))
            }
            Gandan(handle)
        }
    }
}

private fun JsonElement.member(name: String): JsonElement =
    (this as? JsonObject)?.get(name) ?: throw IllegalStateException("no $name in an answer")

/** Counts who is inside the library, so that a notebook is closed once and when nobody is. */
private class Use {
    private val lock = ReentrantLock()
    private val nobody = lock.newCondition()
    private var inside = 0
    private var ending = false

    fun enter(): Boolean = lock.withLock {
        if (!ending) inside++
        !ending
    }

    fun leave(): kotlin.Unit = lock.withLock {
        inside--
        nobody.signalAll()
    }

    /** True for the first who ends it, once all others are out. */
    fun end(): Boolean = lock.withLock {
        if (ending) return false
        ending = true
        while (inside > 0) nobody.await()
        true
    }
}
