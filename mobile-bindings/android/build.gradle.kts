// The library for Android. Its types are made from schema/api (mobile-bindings/codegen), its native half by CMake: libgandan
// cross-built for each ABI lies in GANDAN_PREFIX/<abi> (cmake --install … --component c), gandan_jni is built here.
plugins {
    id("com.android.library") version "8.7.3"
    id("org.jetbrains.kotlin.android") version "2.1.0"
}

val generated = layout.buildDirectory.dir("generated/api")
val types by tasks.registering(Exec::class) {
    val codegen = file("../codegen")
    inputs.files(codegen.resolve("generate.mjs"), file("../../schema/api/gandan.openrpc.json"))
    outputs.dir(generated)
    commandLine("node", codegen.resolve("generate.mjs").path, "kotlin", generated.get().file("Api.kt").asFile.path)
}

android {
    namespace = "vn.gandan"
    compileSdk = 35
    defaultConfig {
        minSdk = 26
        ndk { abiFilters += listOf("arm64-v8a", "armeabi-v7a", "x86_64") }
        consumerProguardFiles("consumer-rules.pro")
        externalNativeBuild {
            cmake { arguments += "-DGANDAN_PREFIX=${providers.environmentVariable("GANDAN_PREFIX").getOrElse("")}" }
        }
    }
    externalNativeBuild { cmake { path = file("src/main/jni/CMakeLists.txt") } }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    kotlinOptions { jvmTarget = "17" }
    sourceSets["main"].kotlin.srcDir(generated)
}

tasks.named("preBuild") { dependsOn(types) }

dependencies {
    api("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.9.0")
}
