//! What holds for any property list, in XML or binary: places, and the values that other readers see.

use crate::output::plist_xml;
use crate::plist::{self, Dictionary, Entry, Kind, Value};
use crate::source::Span;

/// Property lists, XML and binary: every value is where it says; what has no fault reads the same by the `plist` crate,
/// and the same again after it was written as XML, where a UID is a dictionary.
pub(super) fn plist(bytes: &[u8]) {
    let decoded = plist::decode(bytes);
    let parsed = decoded.parse();
    let length = decoded.text.len().max(bytes.len());
    for problem in &parsed.problems {
        assert!(problem.span.start <= problem.span.end, "{problem:?}");
        assert!(problem.span.end as usize <= length + 3, "{problem:?}");
        assert!(!problem.message.is_empty() && !problem.help.is_empty());
    }
    let Some(root) = parsed.tree.root() else {
        return;
    };
    let mut todo = vec![root];
    let mut has_uid = false;
    while let Some(value) = todo.pop() {
        let (outer, inner) = (value.span(), value.inner_span());
        assert!(outer.start <= inner.start && inner.end <= outer.end);
        are_inside(value);
        has_uid |= value.kind() == Kind::Uid;
        let _ = (value.text(), value.as_real(), value.as_data());
        children(value, &mut todo);
    }
    if !parsed.problems.is_empty() {
        return;
    }
    let mut written = Vec::new();
    if !has_uid && plist_xml::write(root, &mut written).is_ok_and(|lost| lost == 0) {
        let again = plist::decode(&written);
        let again = again.parse();
        let again = again.tree.root().expect("what was written has a root");
        assert!(are_equal(root, again), "written as XML it is another");
    }
    if let Some(theirs) = by_the_plist_crate(bytes) {
        assert!(is_equal(root, &theirs), "the plist crate reads {theirs:?}");
    }
}

/// The keys and values in a container stand one behind the other, inside of it.
fn are_inside(container: Value<'_>) {
    let outer = container.span();
    let mut at = outer.start;
    let mut next = |span: Span| {
        assert!(at <= span.start && span.start < span.end && span.end <= outer.end);
        at = span.end;
    };
    for item in container.as_array().into_iter().flatten() {
        next(item.span());
    }
    for entry in entries(container) {
        next(entry.key_span());
        next(entry.value.span());
    }
}

/// Adds the values in a value.
pub(super) fn children<'t>(value: Value<'t>, to: &mut Vec<Value<'t>>) {
    to.extend(value.as_array().into_iter().flatten());
    to.extend(entries(value).map(|entry| entry.value));
}

/// The entries of a dictionary.
fn entries(value: Value<'_>) -> impl Iterator<Item = Entry<'_>> {
    let dictionary = value.as_dictionary().into_iter();
    dictionary.flat_map(Dictionary::entries)
}

/// What the `plist` crate reads, if it reads it at all.
fn by_the_plist_crate(bytes: &[u8]) -> Option<::plist::Value> {
    let input = std::io::Cursor::new(bytes);
    ::plist::Value::from_reader(input).ok()
}

/// Whether two of our values are the same.
fn are_equal(one: Value<'_>, other: Value<'_>) -> bool {
    if one.kind() != other.kind() {
        return false;
    }
    match one.kind() {
        Kind::Dictionary | Kind::Array => {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            children(one, &mut ours);
            children(other, &mut theirs);
            entries(one)
                .map(Entry::key)
                .eq(entries(other).map(Entry::key))
                && ours.len() == theirs.len()
                && ours.into_iter().zip(theirs).all(|(a, b)| are_equal(a, b))
        }
        Kind::Real => {
            let (a, b) = (one.as_real(), other.as_real());
            a == b || a.zip(b).is_some_and(|(a, b)| a.is_nan() && b.is_nan())
        }
        _ => {
            one.as_str() == other.as_str()
                && one.as_bool() == other.as_bool()
                && one.as_integer() == other.as_integer()
                && one.as_data() == other.as_data()
                && one.as_date().map(f64::floor) == other.as_date().map(f64::floor)
        }
    }
}

/// Whether a value is what the `plist` crate reads.
fn is_equal(ours: Value<'_>, theirs: &::plist::Value) -> bool {
    use ::plist::Value as Theirs;
    match theirs {
        Theirs::Dictionary(theirs) => ours.as_dictionary().is_some_and(|ours| {
            ours.entries().count() == theirs.len()
                && ours.entries().all(|entry| {
                    let other = theirs.get(&entry.key());
                    other.is_some_and(|other| is_equal(entry.value, other))
                })
        }),
        Theirs::Array(theirs) => ours.as_array().is_some_and(|ours| {
            let ours: Vec<_> = ours.collect();
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| is_equal(*a, b))
        }),
        Theirs::String(theirs) => ours.as_str().is_some_and(|ours| ours == theirs.as_str()),
        Theirs::Boolean(theirs) => ours.as_bool() == Some(*theirs),
        Theirs::Data(theirs) => ours.as_data().as_ref() == Some(theirs),
        Theirs::Real(theirs) => ours.as_real().is_some_and(|ours| {
            ours.to_bits() == theirs.to_bits() || (ours.is_nan() && theirs.is_nan())
        }),
        Theirs::Integer(theirs) => {
            let signed = theirs.as_signed().map(i128::from);
            ours.as_integer() == signed.or(theirs.as_unsigned().map(i128::from))
        }
        Theirs::Date(_) => ours.kind() == Kind::Date,
        _ => true,
    }
}
