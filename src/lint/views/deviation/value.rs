//! Whether a value is of the type and among the values that Apple describes.

use crate::plist::{Kind, Value};
use crate::schema::{Key, Pattern, Type, exceptions};

/// Whether a value has the type. An integer is a real number too.
pub(super) fn is_of_type(value: Value<'_>, kind: Type) -> bool {
    match kind {
        Type::Any => true,
        Type::Array => value.kind() == Kind::Array,
        Type::Boolean => value.kind() == Kind::Boolean,
        Type::Data => value.kind() == Kind::Data,
        Type::Date => value.kind() == Kind::Date,
        Type::Dictionary => value.kind() == Kind::Dictionary,
        Type::Integer => value.kind() == Kind::Integer,
        Type::Real => matches!(value.kind(), Kind::Real | Kind::Integer),
        Type::String => value.kind() == Kind::String,
    }
}

/// Whether a value of another type is as good in a payload of this type: Apple's table writes some Booleans as integers
/// 0 and 1, and profiles write them as either; a program that reads preferences takes a number however it is written.
pub(super) fn stands_for(value: Value<'_>, key: &Key, payload_type: &str) -> bool {
    match value.kind() {
        Kind::Boolean => {
            key.kind == Type::Integer
                && !key.list.is_empty()
                && key.list.iter().all(|known| matches!(*known, "0" | "1"))
        }
        Kind::Real => key.kind == Type::Integer && exceptions::is_preference_domain(payload_type),
        Kind::Array => exceptions::may_be_several(payload_type, key),
        _ => false,
    }
}

/// Whether nothing more can be said about a value: a string where any string may be, a Boolean where one may be.
pub(super) fn is_right(value: Value<'_>, key: &Key) -> bool {
    match (value.kind(), key.kind) {
        (Kind::String, Type::String) => key.list.is_empty() && key.pattern.is_none(),
        (Kind::Boolean, Type::Boolean) => true,
        _ => false,
    }
}

/// Whether a leaf is in the list, the range and the pattern. Without any of them it is.
pub(super) fn is_allowed(value: Value<'_>, key: &Key) -> bool {
    let number = match value.kind() {
        // Numbers of profiles are far below 2^53.
        Kind::Integer => value.text().trim().parse::<f64>().ok(),
        Kind::Real => value.as_real(),
        _ => None,
    };
    let (min, max) = (exceptions::lowest(key), exceptions::highest(key));
    let ranged = min.is_some() || max.is_some();
    if let Some(number) = number {
        let listed = key.list.iter().any(|known| {
            known
                .parse::<f64>()
                .is_ok_and(|known| known.total_cmp(&number).is_eq())
        }) || exceptions::is_value(key, value.text().trim());
        let inside = min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max);
        return match (key.list.is_empty(), ranged) {
            (true, false) => true,
            (true, true) => inside,
            (false, false) => listed,
            (false, true) => listed || inside,
        };
    }
    let Some(text) = value.as_str() else {
        return true;
    };
    let listed = key.list.is_empty()
        || key.list.iter().any(|known| *known == text)
        || exceptions::is_value(key, &text);
    let fits = || {
        let pattern = key.pattern.and_then(Pattern::new);
        pattern.is_none_or(|pattern| pattern.fits(&text))
    };
    // What a server fills in is nobody's mistake.
    listed && fits() || crate::lint::views::placeholder::of_mdm(&text).is_some()
}
