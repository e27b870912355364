#pragma once
// Only what Sources/Runtime/PasswordHashing calls.
#include <openssl/evp.h>
