#pragma once
#include <json.h>

// Macros and inline-only parts of json-c as plain functions, for Swift.

static inline int waba_json_strict_flags(void) { return JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8; }

static inline struct lh_entry *waba_json_first_entry(const struct json_object *object) {
    struct lh_table *table = json_object_get_object(object);
    return table ? table->head : NULL;
}

static inline struct lh_entry *waba_json_next_entry(const struct lh_entry *entry) { return entry->next; }

static inline const char *waba_json_entry_key(const struct lh_entry *entry) { return (const char *)entry->k; }

static inline struct json_object *waba_json_entry_value(const struct lh_entry *entry) {
    return (struct json_object *)(uintptr_t)entry->v;
}

static inline unsigned waba_json_key_is_constant(void) { return JSON_C_OBJECT_KEY_IS_CONSTANT; }

// The name added last to an object that has members.
static inline const char *waba_json_last_key(const struct json_object *object) {
    return (const char *)json_object_get_object(object)->tail->k;
}

// Gives the name added last its first value.
static inline void waba_json_set_last_value(struct json_object *object, struct json_object *value) {
    lh_entry_set_val(json_object_get_object(object)->tail, value);
}
