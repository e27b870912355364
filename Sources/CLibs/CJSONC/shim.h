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
