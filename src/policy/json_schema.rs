//! The JSON Schema of the policy file, for editors: completion, descriptions and red lines while typing.
//!
//! It is a file of `docs`, edited by hand; tests hold its keys and words to those of the reader, and `docs/policy.md` to its
//! descriptions.

/// The schema (JSON Schema draft 2020-12).
pub(crate) const JSON_SCHEMA: &str = include_str!("../../docs/policy.schema.json");

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::content_filters::GRADES;
    use super::super::{keys, targets};
    use super::JSON_SCHEMA;
    use crate::extension::SystemExtensionType;

    fn schema() -> Value {
        serde_json::from_str(JSON_SCHEMA).unwrap()
    }

    #[test]
    fn the_schema_and_the_reader_know_the_same_keys() {
        let schema = schema();
        let maps: [(&str, &[&str]); 15] = [
            ("", keys::POLICY),
            ("/$defs/KernelExtensions", keys::KERNEL_EXTENSIONS),
            ("/$defs/KernelExtensionEntry", keys::KERNEL_ENTRY),
            ("/$defs/SystemExtensions", keys::SYSTEM_EXTENSIONS),
            ("/$defs/SystemExtensionEntry", keys::SYSTEM_ENTRY),
            ("/$defs/Privacy", keys::PRIVACY),
            ("/$defs/PrivacyEntry", keys::PRIVACY_ENTRY),
            ("/$defs/AppleEventsEntry", keys::APPLE_EVENTS_ENTRY),
            ("/$defs/Receiver", keys::RECEIVER),
            ("/$defs/ContentFilter", keys::CONTENT_FILTER),
            ("/$defs/BackgroundEntry", keys::BACKGROUND_ENTRY),
            ("/$defs/Targets", keys::TARGETS),
            ("/$defs/Jamf", keys::JAMF),
            ("/$defs/Intune", keys::INTUNE),
            ("/$defs/Generic", keys::GENERIC),
        ];
        for (place, known) in maps {
            let map = schema.pointer(place).unwrap_or_else(|| panic!("{place}"));
            let mut described: Vec<&str> = map["properties"]
                .as_object()
                .map(|properties| properties.keys().map(String::as_str).collect())
                .unwrap_or_default();
            let mut known = known.to_vec();
            described.sort_unstable();
            known.sort_unstable();
            assert_eq!(described, known, "{place}");
            assert_eq!(map["additionalProperties"], false, "{place}");
        }
    }

    #[test]
    fn every_key_is_described_and_nothing_may_be_null() {
        fn walk(value: &Value, path: &str) {
            if let Some(properties) = value.get("properties").and_then(|p| p.as_object()) {
                for (key, property) in properties {
                    if path.contains("/oneOf/") {
                        continue;
                    }
                    assert!(property.get("description").is_some(), "{path}/{key}");
                }
            }
            assert!(value != "null", "{path} may be null");
            match value {
                Value::Object(map) => {
                    for (key, value) in map {
                        walk(value, &format!("{path}/{key}"));
                    }
                }
                Value::Array(items) => {
                    for item in items {
                        walk(item, &format!("{path}/"));
                    }
                }
                _ => {}
            }
        }
        walk(&schema(), "");
    }

    #[test]
    fn the_schema_and_the_reader_take_the_same_words() {
        let schema = schema();
        let types = SystemExtensionType::ALL.map(SystemExtensionType::name);
        let words: [(&str, &[&str]); 5] = [
            ("ContentFilter/properties/grade", &GRADES),
            ("Jamf/properties/level", &targets::LEVELS),
            (
                "Jamf/properties/distribution_method",
                &targets::DISTRIBUTION_METHODS,
            ),
            (
                "Jamf/properties/redeploy_on_update",
                &targets::REDEPLOY_ON_UPDATE,
            ),
            ("ExtensionType", &types),
        ];
        for (place, known) in words {
            let place = schema.pointer(&format!("/$defs/{place}")).expect(place);
            let listed: Vec<&str> = match (place["enum"].as_array(), place["oneOf"].as_array()) {
                (Some(words), _) => words.iter().filter_map(Value::as_str).collect(),
                (_, Some(all)) => all.iter().filter_map(|one| one["const"].as_str()).collect(),
                _ => Vec::new(),
            };
            assert_eq!(listed, known, "{place}");
        }
    }
}
