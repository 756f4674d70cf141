/*
 * vn.gandan.Native over gandan.h. Texts are UTF-8 bytes on both sides: JNI's own form of UTF-8 is another.
 *
 * Threads: as gandan.h's. The notebook's thread is made known to the virtual machine when it first calls
 * back, and taken off when it ends.
 */
#include <gandan.h>
#include <jni.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static JavaVM* machine;
static jmethodID on_reply; /* Native.Sink.reply(long, boolean, byte[]) */
static pthread_key_t attached;

static void detach(void* known) {
  (void)known;
  (*machine)->DetachCurrentThread(machine);
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void* reserved) {
  JNIEnv* env;
  jclass sink;
  (void)reserved;
  machine = vm;
  if ((*vm)->GetEnv(vm, (void**)&env, JNI_VERSION_1_6) != JNI_OK || !gandan_is_compatible()) return JNI_ERR;
  sink = (*env)->FindClass(env, "vn/gandan/Native$Sink");
  if (sink == NULL) return JNI_ERR;
  on_reply = (*env)->GetMethodID(env, sink, "reply", "(JZ[B)V");
  if (on_reply == NULL || pthread_key_create(&attached, detach) != 0) return JNI_ERR;
  return JNI_VERSION_1_6;
}

static JNIEnv* environment(void) {
  JNIEnv* env = NULL;
  if ((*machine)->GetEnv(machine, (void**)&env, JNI_VERSION_1_6) == JNI_OK) return env;
#ifdef __ANDROID__
  if ((*machine)->AttachCurrentThreadAsDaemon(machine, &env, NULL) != JNI_OK) return NULL;
#else
  if ((*machine)->AttachCurrentThreadAsDaemon(machine, (void**)&env, NULL) != JNI_OK) return NULL;
#endif
  pthread_setspecific(attached, env);
  return env;
}

/* A copy that ends with a zero byte, or NULL with an OutOfMemoryError thrown. */
static char* text_of(JNIEnv* env, jbyteArray bytes) {
  const jsize size = (*env)->GetArrayLength(env, bytes);
  char* out = malloc((size_t)size + 1);
  if (out == NULL) {
    (*env)->ThrowNew(env, (*env)->FindClass(env, "java/lang/OutOfMemoryError"), "gandan");
    return NULL;
  }
  (*env)->GetByteArrayRegion(env, bytes, 0, size, (jbyte*)out);
  out[size] = '\0';
  return out;
}

/* NULL with an OutOfMemoryError thrown, or when there is no text. */
static jbyteArray bytes_of(JNIEnv* env, const char* text) {
  jbyteArray out;
  jsize size;
  if (text == NULL) return NULL;
  size = (jsize)strlen(text);
  out = (*env)->NewByteArray(env, size);
  if (out != NULL) (*env)->SetByteArrayRegion(env, out, 0, size, (const jbyte*)text);
  return out;
}

static gandan_notebook* notebook_of(jlong handle) { return (gandan_notebook*)(intptr_t)handle; }

JNIEXPORT jstring JNICALL Java_vn_gandan_Native_version(JNIEnv* env, jclass self) {
  (void)self;
  return (*env)->NewStringUTF(env, gandan_version());
}

JNIEXPORT jboolean JNICALL Java_vn_gandan_Native_hasVault(JNIEnv* env, jclass self, jbyteArray folder) {
  char* text = text_of(env, folder);
  jboolean out = JNI_FALSE;
  (void)self;
  if (text != NULL) out = gandan_has_vault(text) == 1 ? JNI_TRUE : JNI_FALSE;
  free(text);
  return out;
}

/* 0 when it fails; error[0] is then the answer that says why. */
JNIEXPORT jlong JNICALL Java_vn_gandan_Native_open(JNIEnv* env, jclass self, jbyteArray options,
                                                   jobjectArray error) {
  char* text = text_of(env, options);
  char* why = NULL;
  gandan_notebook* notebook;
  (void)self;
  if (text == NULL) return 0;
  notebook = gandan_open(text, &why);
  memset(text, 0, strlen(text)); /* it had a passphrase in it */
  free(text);
  if (notebook == NULL && why != NULL) {
    jbyteArray bytes = bytes_of(env, why);
    if (bytes != NULL) (*env)->SetObjectArrayElement(env, error, 0, bytes);
  }
  gandan_free(why);
  return (jlong)(intptr_t)notebook;
}

JNIEXPORT void JNICALL Java_vn_gandan_Native_close(JNIEnv* env, jclass self, jlong handle) {
  (void)env;
  (void)self;
  gandan_close(notebook_of(handle));
}

static void reply(void* user, uint64_t id, int32_t done, const char* json) {
  JNIEnv* env = environment();
  jobject sink = (jobject)user;
  jbyteArray bytes;
  if (env == NULL) return;
  bytes = bytes_of(env, json);
  if (bytes != NULL) {
    (*env)->CallVoidMethod(env, sink, on_reply, (jlong)id, done == 1 ? JNI_TRUE : JNI_FALSE, bytes);
    (*env)->DeleteLocalRef(env, bytes);
  }
  if ((*env)->ExceptionCheck(env)) (*env)->ExceptionClear(env); /* a sink that throws: nobody here to tell */
  if (done == 1) (*env)->DeleteGlobalRef(env, sink);
}

/* The request's id; 0: too many wait, and the sink is not called. */
JNIEXPORT jlong JNICALL Java_vn_gandan_Native_submit(JNIEnv* env, jclass self, jlong handle,
                                                     jbyteArray request, jobject sink) {
  char* text = text_of(env, request);
  jobject kept;
  uint64_t id = 0;
  (void)self;
  if (text == NULL) return 0;
  kept = (*env)->NewGlobalRef(env, sink);
  if (kept != NULL) id = gandan_submit(notebook_of(handle), text, reply, kept);
  if (id == 0 && kept != NULL) (*env)->DeleteGlobalRef(env, kept);
  free(text);
  return (jlong)id;
}

/* What has no sink: the vault has locked itself. null: nothing within that time. */
JNIEXPORT jbyteArray JNICALL Java_vn_gandan_Native_await(JNIEnv* env, jclass self, jlong handle,
                                                         jlong timeout_ms) {
  char* note = gandan_wait(notebook_of(handle), timeout_ms);
  jbyteArray out = bytes_of(env, note);
  (void)self;
  gandan_free(note);
  return out;
}

JNIEXPORT void JNICALL Java_vn_gandan_Native_cancel(JNIEnv* env, jclass self, jlong handle, jlong id) {
  (void)env;
  (void)self;
  gandan_cancel(notebook_of(handle), (uint64_t)id);
}

JNIEXPORT jlong JNICALL Java_vn_gandan_Native_setMemoryCeiling(JNIEnv* env, jclass self, jlong bytes) {
  (void)env;
  (void)self;
  return (jlong)gandan_set_memory_ceiling(bytes);
}
