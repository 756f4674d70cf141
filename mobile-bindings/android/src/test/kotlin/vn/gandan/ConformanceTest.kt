package vn.gandan

import java.io.File
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.WildcardType
import java.nio.file.Files
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import vn.gandan.api.Methods
import vn.gandan.json.Codec
import vn.gandan.json.Json
import vn.gandan.json.JsonArray
import vn.gandan.json.JsonBool
import vn.gandan.json.JsonElement
import vn.gandan.json.JsonNull
import vn.gandan.json.JsonNumber
import vn.gandan.json.JsonObject
import vn.gandan.json.JsonText

val root: String = System.getProperty("gandan.root")

/** The stories of tests/conformance; their rules stand in the README there. Each answer goes through its type, too. */
class ConformanceTest {
    @TestFactory
    fun stories(): List<DynamicTest> =
        File("$root/tests/conformance").listFiles { file -> file.extension == "json" }!!.sorted().map { file ->
            DynamicTest.dynamicTest(file.name) {
                Story(Json.parse(file.readText()) as JsonObject).use { runBlocking { it.run() } }
            }
        }
}

private class Story(private val story: JsonObject) : AutoCloseable {
    private val folder = Files.createTempDirectory("gandan-story").toFile()
    private val kept = hashMapOf("tmp" to folder.path, "root" to root)
    private val notebooks = LinkedHashMap<String, Gandan>()
    private val clock = mapOf(
        "offline" to JsonBool(true),
        "clock" to JsonObject(mapOf("start_ms" to JsonNumber(1_770_000_000_000), "step_ms" to JsonNumber(1000)))
    )

    suspend fun run() {
        notebooks["clock of all"] = Gandan.open(OpenOptions(autoLock = 0, more = clock))
        for (step in (story.getValue("steps") as JsonArray).map { it as JsonObject }) {
            val method = text(step, "method")
            val params = filled(step["params"] ?: JsonObject(emptyMap()))
            val wanted = step["error"] as JsonObject?
            val told = "$method ${Json.print(params)}"
            try {
                val answer = notebook(text(step, "notebook")).ask(method, params)
                assertEquals(null, wanted, "$told: ${Json.print(answer)}")
                step["ok"]?.let { match(it, answer, told) }
                roundTrip(method, answer, told)
            } catch (error: GandanError) {
                assertNotNull(wanted, "$told: $error")
                match(wanted, Codec.encode(error.failure), told)
            }
        }
    }

    private suspend fun notebook(name: String): Gandan = notebooks[name] ?: run {
        val key = ('a' + notebooks.size).code.toString(16).repeat(32)
        val more = if (name == "none") clock else clock + ("raw_key" to JsonText(key))
        val folder = if (name == "none") null else "${folder.path}/$name"
        Gandan.open(OpenOptions(folder, create = true, autoLock = 0, more = more)).also { notebooks[name] = it }
    }

    // What the types say is what the core said, member for member.
    private fun roundTrip(method: String, answer: JsonElement, told: String) {
        val type = resultType(method)
        assertEquals(withoutNulls(answer), withoutNulls(Codec.encode(Codec.decode(type, answer))), "$told as $type")
    }

    private fun resultType(method: String): Type {
        val name = method.replace(Regex("[._]([a-z])")) { it.groupValues[1].uppercase() }
        val function = Methods::class.java.methods.single { it.name == name }
        val continuation = function.genericParameterTypes.last() as ParameterizedType
        return (continuation.actualTypeArguments[0] as WildcardType).lowerBounds[0]
    }

    private fun withoutNulls(element: JsonElement): JsonElement = when (element) {
        is JsonObject -> JsonObject(element.filterValues { it != JsonNull }.mapValues { withoutNulls(it.value) })
        is JsonArray -> JsonArray(element.map { withoutNulls(it) })
        else -> element
    }

    private fun text(of: JsonObject, name: String) = (of.getValue(name) as JsonText).value

    private fun fill(text: String) = kept.entries.fold(text) { out, (name, value) -> out.replace("{$name}", value) }

    private fun filled(element: JsonElement): JsonElement = when (element) {
        is JsonText -> JsonText(fill(element.value))
        is JsonArray -> JsonArray(element.map { filled(it) })
        is JsonObject -> JsonObject(element.entries.associate { (name, value) -> fill(name) to filled(value) })
        else -> element
    }

    private fun match(wanted: JsonElement, got: JsonElement, path: String) {
        when (wanted) {
            is JsonText -> matchText(fill(wanted.value), got, path)
            is JsonArray -> {
                assertTrue(got is JsonArray && got.size == wanted.size, "$path: another array: ${Json.print(got)}")
                wanted.forEachIndexed { i, element -> match(element, got[i], "$path[$i]") }
            }
            is JsonObject -> for ((name, value) in wanted) {
                val member = (got as? JsonObject)?.get(fill(name))
                assertNotNull(member, "$path.$name: absent")
                match(value, member, "$path.$name")
            }
            else -> assertEquals(wanted, got, path)
        }
    }

    private fun matchText(wanted: String, got: JsonElement, path: String) {
        val value = (got as? JsonText)?.value ?: Json.print(got)
        when {
            wanted == "<any>" -> return
            wanted.startsWith("<keep:") -> kept[wanted.substring(6, wanted.length - 1)] = value
            wanted in forms -> assertTrue(forms.getValue(wanted).matches(value), "$path: wanted $wanted, got $value")
            else -> assertTrue(got is JsonText && value == wanted, "$path: wanted $wanted, got ${Json.print(got)}")
        }
    }

    override fun close() {
        notebooks.values.forEach { it.close() }
        folder.deleteRecursively()
    }

    private companion object {
        val forms = mapOf(
            "<id>" to Regex("[0-9a-hjkmnp-tv-z]{26}"),
            "<instant>" to Regex("[0-9T:.-]+Z"),
            "<hash>" to Regex("[0-9a-f]{64}"),
        )
    }
}
