//! One number for everything a profile says, equal for its binary form, its signed twin and its indented copy.

use std::hash::{DefaultHasher, Hash as _, Hasher};

use crate::plist::{Kind, Value};

/// A number that is equal for equal values, whatever they are encoded as. Only files that go by one name are compared
/// with it, so 64 bits are enough, and a forged collision hides a warning about the forger's own files.
pub(super) fn digest(root: Value<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        value.kind().hash(&mut hasher);
        if let Some(dictionary) = value.as_dictionary() {
            for entry in dictionary.entries() {
                entry.key().hash(&mut hasher);
                open.push(entry.value);
            }
            hasher.write_u8(0xFE);
        } else if let Some(items) = value.as_array() {
            open.extend(items);
            hasher.write_u8(0xFF);
        } else {
            leaf(value, &mut hasher);
        }
    }
    hasher.finish()
}

/// Adds a leaf by its meaning.
fn leaf(value: Value<'_>, hasher: &mut impl Hasher) {
    match value.kind() {
        Kind::Boolean => value.as_bool().hash(hasher),
        Kind::Integer => value.as_integer().hash(hasher),
        Kind::Real => value.as_real().map(f64::to_bits).hash(hasher),
        Kind::Date => value.as_date().map(f64::to_bits).hash(hasher),
        Kind::Data => value.as_data().hash(hasher),
        _ => value.text().hash(hasher),
    }
}
