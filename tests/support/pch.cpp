// A precompiled header needs a target that owns it, and main.cpp is shared by all.
