// JSON as a tree, read and printed. Small on purpose: what the core says is at most a few megabytes of strict JSON.
package vn.gandan.json

sealed interface JsonElement
data object JsonNull : JsonElement
data class JsonBool(val value: Boolean) : JsonElement
data class JsonText(val value: String) : JsonElement

/** A number as it was written: 64-bit integers stay exact. */
data class JsonNumber(val text: String) : JsonElement {
    constructor(value: Long) : this(value.toString())

    val long: Long get() = text.toLongOrNull() ?: malformed("not an integer: $text")
}

data class JsonArray(val elements: List<JsonElement>) : JsonElement, List<JsonElement> by elements
data class JsonObject(val members: Map<String, JsonElement>) : JsonElement, Map<String, JsonElement> by members

class MalformedJson(message: String) : IllegalArgumentException(message)

internal fun malformed(what: String): Nothing = throw MalformedJson(what)

object Json {
    fun parse(text: String): JsonElement = Reader(text).whole()

    fun print(element: JsonElement): String = StringBuilder().also { write(element, it) }.toString()

    inline fun <reified T> decodeFromJsonElement(element: JsonElement): T =
        Codec.decode(T::class.java, element) as T

    inline fun <reified T> encodeToJsonElement(value: T): JsonElement = Codec.encode(value)

    private fun write(element: JsonElement, out: StringBuilder) {
        when (element) {
            JsonNull -> out.append("null")
            is JsonBool -> out.append(element.value)
            is JsonNumber -> out.append(element.text)
            is JsonText -> quote(element.value, out)
            is JsonArray -> list(element, '[', ']', out) { write(it, out) }
            is JsonObject -> list(element.entries, '{', '}', out) { (name, value) ->
                quote(name, out)
                out.append(':')
                write(value, out)
            }
        }
    }

    private fun <T> list(items: Collection<T>, open: Char, close: Char, out: StringBuilder, one: (T) -> kotlin.Unit) {
        out.append(open)
        items.forEachIndexed { index, item ->
            if (index > 0) out.append(',')
            one(item)
        }
        out.append(close)
    }

    private fun quote(text: String, out: StringBuilder) {
        out.append('"')
        for (c in text) when {
            c == '"' || c == '\\' -> out.append('\\').append(c)
            c < ' ' -> out.append("\\u%04x".format(c.code))
            else -> out.append(c)
        }
        out.append('"')
    }
}

private class Reader(private val text: String) {
    private var at = 0

    fun whole(): JsonElement {
        val out = value(0)
        if (next() != null) malformed("something after the end, at $at")
        return out
    }

    private fun next(): Char? {
        while (at < text.length && text[at] in " \t\r\n") at++
        return text.getOrNull(at)
    }

    private fun expect(c: Char) {
        if (next() != c) malformed("'$c' expected at $at")
        at++
    }

    private fun value(depth: Int): JsonElement {
        if (depth > 64) malformed("too deep")
        return when (next()) {
            '{' -> JsonObject(LinkedHashMap<String, JsonElement>().also { members ->
                items('{', '}') {
                    if (next() != '"') malformed("a name expected at $at")
                    val name = string()
                    expect(':')
                    members[name] = value(depth + 1)
                }
            })
            '[' -> JsonArray(ArrayList<JsonElement>().also { items('[', ']') { it.add(value(depth + 1)) } })
            '"' -> JsonText(string())
            't' -> word("true", JsonBool(true))
            'f' -> word("false", JsonBool(false))
            'n' -> word("null", JsonNull)
            else -> number()
        }
    }

    private inline fun items(open: Char, close: Char, item: () -> kotlin.Unit) {
        expect(open)
        if (next() == close) {
            at++
            return
        }
        while (true) {
            item()
            if (next() == close) {
                at++
                return
            }
            expect(',')
        }
    }

    private fun word(word: String, value: JsonElement): JsonElement {
        if (!text.startsWith(word, at)) malformed("$word expected at $at")
        at += word.length
        return value
    }

    private fun number(): JsonElement {
        val begin = at
        while (at < text.length && text[at] in "+-.0123456789eE") at++
        val number = text.substring(begin, at)
        if (!form.matches(number)) malformed("no value at $begin")
        return JsonNumber(number)
    }

    private fun string(): String {
        expect('"')
        val out = StringBuilder()
        while (true) {
            val c = text.getOrNull(at++) ?: malformed("a text that does not end")
            when {
                c == '"' -> return out.toString()
                c < ' ' -> malformed("a control character at ${at - 1}")
                c != '\\' -> out.append(c)
                else -> out.append(escaped())
            }
        }
    }

    private fun escaped(): Char = when (val c = text.getOrNull(at++)) {
        '"', '\\', '/' -> c
        'b' -> '\b'
        'f' -> '\u000c'
        'n' -> '\n'
        'r' -> '\r'
        't' -> '\t'
        'u' -> {
            val hex = text.drop(at).take(4)
            at += 4
            if (hex.length != 4 || hex.any { it.digitToIntOrNull(16) == null }) malformed("\\u$hex")
            hex.toInt(16).toChar()
        }
        else -> malformed("\\$c")
    }

    private companion object {
        val form = Regex("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")
    }
}
