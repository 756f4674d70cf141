// The generated types to and from JSON, by their constructors: each parameter bears its member's name. Members that a
// type does not know are left out; whoever must keep them asks for the tree itself (Gandan.ask).
package vn.gandan.json

import java.lang.reflect.Constructor
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Modifier
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.WildcardType

@Target(AnnotationTarget.CLASS)
@Retention(AnnotationRetention.SOURCE)
annotation class Serializable

@Target(AnnotationTarget.VALUE_PARAMETER, AnnotationTarget.FIELD)
@Retention(AnnotationRetention.RUNTIME)
annotation class SerialName(val value: String)

object Codec {
    fun decode(type: Type, element: JsonElement): Any? = when {
        element === JsonNull -> absent(type)
        type is WildcardType -> decode(type.upperBounds[0], element)
        type is ParameterizedType -> decodeGeneric(type, element)
        type !is Class<*> -> malformed("no way to read $type")
        type.isInstance(element) -> element
        type == String::class.java -> (element as? JsonText)?.value ?: wrong(type, element)
        type == Long::class.java || type == Long::class.javaObjectType ->
            (element as? JsonNumber)?.long ?: wrong(type, element)
        type == Boolean::class.java || type == Boolean::class.javaObjectType ->
            (element as? JsonBool)?.value ?: wrong(type, element)
        type == Double::class.java || type == Double::class.javaObjectType ->
            (element as? JsonNumber)?.text?.toDouble() ?: wrong(type, element)
        type.isEnum -> constant(type, (element as? JsonText)?.value ?: wrong(type, element))
        Modifier.isAbstract(type.modifiers) -> decodeUnion(type, element)
        else -> decodeClass(type, element as? JsonObject ?: wrong(type, element))
    }

    fun encode(value: Any?): JsonElement = when (value) {
        null -> JsonNull
        is JsonElement -> value
        is String -> JsonText(value)
        is Boolean -> JsonBool(value)
        is Long -> JsonNumber(value)
        is Double -> JsonNumber(value.toString())
        is Enum<*> -> JsonText(nameOf(value))
        is Map<*, *> -> JsonObject(value.entries.associate { (name, item) -> name as String to encode(item) })
        is List<*> -> JsonArray(value.map { encode(it) })
        else -> if (isChoice(value.javaClass)) encode(choice(value)) else encodeClass(value)
    }

    private fun wrong(type: Type, element: JsonElement): Nothing =
        malformed("${type.typeName} expected, not ${Json.print(element).take(60)}")

    // Absent and null are one to Kotlin; a union may have a case of its own for it.
    private fun absent(type: Type): Any? =
        (type as? Class<*>)?.let { union -> choices(union).firstOrNull { it.parameterCount == 0 }?.newInstance() }

    private fun decodeGeneric(type: ParameterizedType, element: JsonElement): Any {
        val raw = type.rawType as Class<*>
        return when {
            List::class.java.isAssignableFrom(raw) ->
                (element as? JsonArray ?: wrong(type, element)).map { decode(type.actualTypeArguments[0], it) }
            Map::class.java.isAssignableFrom(raw) ->
                (element as? JsonObject ?: wrong(type, element))
                    .mapValuesTo(HashMap()) { decode(type.actualTypeArguments[1], it.value) }
            else -> malformed("no way to read $type")
        }
    }

    private fun decodeClass(type: Class<*>, members: JsonObject): Any {
        val constructor = primary(type)
        val types = constructor.genericParameterTypes
        val values = names(constructor).mapIndexed { i, name ->
            members[name]?.let { decode(types[i], it) } ?: absent(types[i])
        }
        return make(constructor, values)
    }

    private fun make(constructor: Constructor<*>, values: List<Any?>): Any = try {
        constructor.newInstance(*values.toTypedArray())
    } catch (fault: InvocationTargetException) { // a member that must be there is not
        malformed("${constructor.declaringClass.simpleName}: ${fault.targetException.message}")
    } catch (fault: IllegalArgumentException) {
        malformed("${constructor.declaringClass.simpleName}: ${fault.message}")
    }

    private fun encodeClass(value: Any): JsonObject {
        val out = LinkedHashMap<String, JsonElement>()
        names(primary(value.javaClass)).forEachIndexed { i, name ->
            val member = value.javaClass.getMethod("component${i + 1}").invoke(value)
            if (member != null) out[name] = encode(member)
        }
        return JsonObject(out)
    }

    // --- the generated shapes

    private fun primary(type: Class<*>): Constructor<*> =
        type.declaredConstructors
            .filter { made -> made.parameterTypes.none { it.name == "kotlin.jvm.internal.DefaultConstructorMarker" } }
            .maxBy { it.parameterCount }

    private fun names(constructor: Constructor<*>): List<String> =
        constructor.parameterAnnotations.map { all ->
            all.firstNotNullOfOrNull { (it as? SerialName)?.value }
                ?: malformed("${constructor.declaringClass.name}: a parameter without a name")
        }

    private fun nameOf(constant: Enum<*>): String =
        constant.javaClass.declaringClassOrSelf().getMethod("getValue").invoke(constant) as String

    private fun Class<*>.declaringClassOrSelf(): Class<*> = if (isEnum) this else superclass

    private fun constant(type: Class<*>, name: String): Any =
        type.enumConstants!!.firstOrNull { nameOf(it as Enum<*>) == name } ?: malformed("${type.simpleName}: $name")

    // A union is a sealed class whose cases are classes in it, each with the value that it is.
    private fun choices(union: Class<*>): List<Constructor<*>> =
        union.declaredClasses.filter { it.superclass == union }.map { it.declaredConstructors.single() }

    private fun isChoice(type: Class<*>): Boolean =
        type.superclass != null && type.declaringClass == type.superclass && Modifier.isAbstract(type.superclass.modifiers)

    private fun choice(value: Any): Any? =
        if (primary(value.javaClass).parameterCount == 0) null else value.javaClass.getMethod("getValue").invoke(value)

    private fun decodeUnion(union: Class<*>, element: JsonElement): Any {
        for (case in choices(union)) {
            if (case.parameterCount != 1) continue
            try {
                return case.newInstance(decode(case.genericParameterTypes[0], element))
            } catch (_: MalformedJson) {
            }
        }
        wrong(union, element)
    }
}
