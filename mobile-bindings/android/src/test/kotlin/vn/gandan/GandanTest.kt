package vn.gandan

import java.io.File
import java.nio.file.Files
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import vn.gandan.api.StatusParams
import vn.gandan.api.SyncRunParams
import vn.gandan.api.VaultAutoLockParams
import vn.gandan.json.Codec
import vn.gandan.json.Json
import vn.gandan.json.JsonObject
import vn.gandan.json.JsonText
import vn.gandan.json.MalformedJson

class GandanTest {
    private val folder: File = Files.createTempDirectory("gandan").toFile()
    private val passphrase = "mật khẩu dài 🔑"

    @AfterEach
    fun clean() {
        folder.deleteRecursively()
    }

    private suspend fun vault(create: Boolean = true, passphrase: String = this.passphrase) =
        Gandan.open(OpenOptions("${folder.path}/sổ", create = create, passphrase = passphrase))

    @Test
    fun `a vault is made, closed and opened again, and errors have their class and both languages`(): Unit = runBlocking {
        assertFalse(Gandan.hasVault("${folder.path}/sổ"))
        val missing = assertFailsWith<GandanError.Vault> { vault(create = false) }
        assertEquals("vault.missing", missing.code)
        assertTrue(missing.failure.vi.isNotEmpty() && missing.failure.en.isNotEmpty())
        vault().use { assertEquals(Gandan.version, it.appVersion().version) }
        assertTrue(Gandan.hasVault("${folder.path}/sổ"))
        val wrong = assertFailsWith<GandanError.Vault> { vault(passphrase = "mật khẩu khác") }
        assertEquals("vault.wrong_passphrase", wrong.code)
        assertTrue(wrong.retry)
        vault(create = false).use {
            assertFailsWith<GandanError.WrongUse> { it.ask("no.such", JsonObject(emptyMap())) }
        }
    }

    @Test
    fun `requests of many coroutines are answered, each with its own`(): Unit = runBlocking(Dispatchers.Default) {
        vault().use { gandan ->
            val answers = (1..100).map { i -> async { if (i % 2 == 0) gandan.appVersion().version else gandan.vaultCheck().toString() } }
            val said = answers.awaitAll()
            assertEquals(50, said.count { it == Gandan.version })
        }
    }

    @Test
    fun `a coroutine that is cancelled ends its request, and the notebook goes on`(): Unit = runBlocking(Dispatchers.Default) {
        vault().use { gandan ->
            val many = (1..50).map { launch { gandan.vaultRebuild() } }
            many.forEach { it.cancelAndJoin() }
            assertEquals(Gandan.version, gandan.appVersion().version)
        }
    }

    @Test
    fun `what waits when it is closed is answered, and afterwards nothing is taken`(): Unit = runBlocking(Dispatchers.Default) {
        val gandan = vault()
        val waiting = (1..20).map { async { runCatching { gandan.vaultRebuild() } } }
        gandan.close()
        waiting.awaitAll().forEach { result ->
            val fault = result.exceptionOrNull()
            assertTrue(fault == null || fault is IllegalStateException || (fault as GandanError).code == "cancelled", "$fault")
        }
        assertFailsWith<IllegalStateException> { gandan.appVersion() }
        gandan.close()
    }

    @Test
    fun `a vault that locks itself is an event`(): Unit = runBlocking(Dispatchers.Default) {
        vault().use { gandan ->
            gandan.vaultAutoLock(VaultAutoLockParams(seconds = 10))
            val event = withTimeout(30_000) { gandan.events.first { it.method == "vault.lock" } }
            assertEquals(0, event.request)
            assertEquals("vault.closed", assertFailsWith<GandanError.Vault> { gandan.status(StatusParams()) }.code)
        }
    }

    @Test
    fun `the keystore opens a locked vault, and a sync that is locked out is tried again`(): Unit = runBlocking {
        val keystore = object : Keystore {
            override suspend fun secret() = ByteArray(32) { it.toByte() }
            override suspend fun forget() = kotlin.Unit
        }
        val nobody = object : Keystore {
            override suspend fun secret(): ByteArray? = null
            override suspend fun forget() = kotlin.Unit
        }
        vault().use { gandan ->
            assertTrue(gandan.addKeystore(keystore))
            gandan.ask("vault.lock", JsonObject(emptyMap()))
            assertEquals(SyncSchedule.Outcome.TRY_AGAIN, gandan.syncOnce(SyncRunParams(server = "https://localhost:1")))
            assertFalse(gandan.unlock(nobody))
            assertTrue(gandan.unlock(keystore))
            gandan.ask("device.info", JsonObject(emptyMap()))
        }
    }

    @Test
    fun `the errors that this language knows are the core's`() {
        val codes = Json.parse(File(System.getProperty("gandan.error_codes")).readText()) as JsonObject
        assertTrue(codes.size > 100)
        val classes = codes.map { (code, about) ->
            val error = JsonObject((about as JsonObject) + mapOf("code" to JsonText(code), "detail" to JsonText(""), "fields" to Json.parse("[]")))
            GandanError.of(error).also { assertEquals(code, it.code) }
        }
        assertTrue(classes.none { it is GandanError.Other })
        assertEquals(6, classes.map { it::class }.toSet().size)
    }
}

class JsonTest {
    @Test
    fun `what is read is printed as it was`() {
        for (text in listOf("{}", "[]", "[1,-2.5e3,true,false,null]", "{\"a\":{\"b\":[\"\\u0001\\\"\\\\\",\"ảnh 🔑\"]}}", "9007199254740993"))
            assertEquals(text, Json.print(Json.parse(text)))
        assertEquals(JsonText("\u00e9\n/"), Json.parse("\"\\u00e9\\n\\/\""))
    }

    @Test
    fun `what is no JSON is refused`() {
        for (text in listOf("", "{", "[1,]", "{\"a\" 1}", "01", "nul", "\"a", "\"\\x\"", "\"\\u12\"", "[1] 2", "\"\u0001\"", "-", "[".repeat(100)))
            assertFailsWith<MalformedJson>(text) { Json.parse(text) }
    }

    @Test
    fun `a member that must be there is missed`() {
        assertFailsWith<MalformedJson> { Codec.decode(vn.gandan.api.Failure::class.java, Json.parse("{\"code\":\"x\"}")) }
        assertNull((Codec.decode(SyncRunParams::class.java, Json.parse("{\"server\":\"s\",\"other\":1}")) as SyncRunParams).caFile)
    }
}
