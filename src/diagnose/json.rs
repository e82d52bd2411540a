//! JSON inside a text: people paste it with a prompt before it, and tools print it on one line or on many.

use serde_json::Value;

use super::text::{Seen, Text};

/// An object, and the lines it stands on.
pub(super) struct Object {
    pub(super) entries: serde_json::Map<String, Value>,
    pub(super) first: u32,
    last: u32,
}

/// The whole objects of a text, or those in them, that have a key which begins so; all their lines are understood.
pub(super) fn objects(text: &Text, keys: &[&str], seen: &mut Seen) -> Vec<Object> {
    let whole = text.joined();
    let mut found = Vec::new();
    let (mut at, mut line, mut counted) = (0, 1, 0);
    while let Some(start) = whole[at..].find('{').map(|start| at + start) {
        let mut values = serde_json::Deserializer::from_str(&whole[start..]).into_iter::<Value>();
        let Some(Ok(value)) = values.next() else {
            at = start + 1;
            continue;
        };
        let end = start + values.byte_offset();
        let mut line_at = |place: usize| {
            let breaks = whole[counted..place].matches('\n').count();
            counted = place;
            line += u32::try_from(breaks).unwrap_or(u32::MAX);
            line
        };
        let (first, last) = (line_at(start), line_at(end));
        at = end;
        let mut inner = Vec::new();
        collect(value, keys, &mut inner);
        if !inner.is_empty() {
            seen.extend(first..=last);
        }
        found.extend(inner.into_iter().map(|entries| Object {
            entries,
            first,
            last,
        }));
    }
    found
}

/// The outermost objects of a value that have such a key: programs wrap what they answer.
fn collect(value: Value, keys: &[&str], found: &mut Vec<serde_json::Map<String, Value>>) {
    let is_wanted = |own: &String| keys.iter().any(|key| own.starts_with(key));
    match value {
        Value::Object(entries) if entries.keys().any(is_wanted) => found.push(entries),
        Value::Object(entries) => entries
            .into_iter()
            .for_each(|(_, own)| collect(own, keys, found)),
        Value::Array(items) => items.into_iter().for_each(|own| collect(own, keys, found)),
        _ => {}
    }
}

pub(super) fn line_with(text: &Text, object: &Object, string: &str) -> u32 {
    let quoted = format!("\"{string}\"");
    let mut lines = text.lines().skip_while(|line| line.number < object.first);
    let found = lines.find(|line| line.number <= object.last && line.text.contains(&quoted));
    found.map_or(object.first, |line| line.number)
}
