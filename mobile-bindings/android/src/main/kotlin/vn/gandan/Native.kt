package vn.gandan

/** gandan.h, as it is: src/main/jni/gandan_jni.c. Texts are UTF-8 bytes. */
internal object Native {
    /** Called on the notebook's thread; must return soon and not throw. */
    fun interface Sink {
        fun reply(id: Long, done: Boolean, json: ByteArray)
    }

    init {
        System.loadLibrary("gandan_jni")
    }

    @JvmStatic external fun version(): String

    @JvmStatic external fun hasVault(folder: ByteArray): Boolean

    @JvmStatic external fun open(options: ByteArray, error: Array<ByteArray?>): Long

    @JvmStatic external fun close(handle: Long)

    @JvmStatic external fun submit(handle: Long, request: ByteArray, sink: Sink): Long

    @JvmStatic external fun await(handle: Long, timeoutMs: Long): ByteArray?

    @JvmStatic external fun cancel(handle: Long, id: Long)

    @JvmStatic external fun setMemoryCeiling(bytes: Long): Long
}
