//! Keys that say something by themselves: a payload type, a key path and a shape are one row of `settings_table`.

use std::collections::BTreeSet;

use super::setting::{Setting, Shape, Way};
use super::settings_table::SETTINGS;
use crate::audit::fact::Fact;
use crate::audit::values::{canonical, listed, sha256};
use crate::escape::quoted;
use crate::plist::{Entry, Value};
use crate::profile::grade::Grade;
use crate::profile::{Common as _, Payload};

/// What every value below a key belongs to.
const ALL_BELOW: &[&str] = &["*"];

pub(super) fn read(payload_type: &str, payload: Payload<'_>, found: &mut Vec<Fact>) {
    let rows = SETTINGS
        .iter()
        .filter(|row| row.types.contains(&payload_type));
    for row in rows {
        let keys: Vec<&str> = row.path.split('/').collect();
        for (path, entry) in entries(payload.dictionary().value(), &keys) {
            of_entry(row, &path, payload, entry, found);
        }
    }
}

/// Whether rows are about the items of a list one by one, so that their order means nothing.
pub(crate) fn is_unordered(payload_type: &str, keys: &[String]) -> bool {
    let is_set = |row: &&Setting| matches!(row.shape, Shape::Each | Shape::Only);
    SETTINGS.iter().filter(is_set).any(|row| {
        let mut path = row.path.split('/');
        row.types.contains(&payload_type)
            && keys
                .iter()
                .all(|key| path.next().is_some_and(|own| own == "*" || own == key))
            && path.next().is_none()
    })
}

/// The entries at a path, each with its own way of keys.
fn entries<'d>(value: Value<'d>, keys: &[&str]) -> Vec<(String, Entry<'d>)> {
    let (Some(dictionary), Some((first, rest))) = (value.as_dictionary(), keys.split_first())
    else {
        return Vec::new();
    };
    let here = dictionary
        .entries()
        .filter(|entry| *first == "*" || entry.key() == *first);
    here.flat_map(|entry| {
        let own = entry.key().into_owned();
        if rest.is_empty() {
            return vec![(own, entry)];
        }
        let below = entries(entry.value, rest).into_iter();
        below
            .map(|(path, entry)| (format!("{own}.{path}"), entry))
            .collect()
    })
    .collect()
}

fn of_entry(
    row: &Setting,
    path: &str,
    payload: Payload<'_>,
    entry: Entry<'_>,
    found: &mut Vec<Fact>,
) {
    let value = entry.value;
    let mut say = |subject: String, grade: Grade, shown: &str, way: Way, place| {
        let text = row
            .text
            .replace("{key}", &quoted(path))
            .replace("{}", shown);
        let fact = Fact::plain(row.kind, subject, text, place)
            .graded(grade)
            .read_from(ALL_BELOW);
        found.push(match way {
            Way::Does => fact,
            Way::Undoes => fact.turned(),
            Way::Either => fact.either_way(),
        });
    };
    let own = || path.to_owned();
    let number = value.as_integer().and_then(|own| i64::try_from(own).ok());
    let is = |wanted| truth(payload, value) == Some(wanted);
    let strict = match (row.shape, number) {
        (Shape::Larger, Some(number)) if number > 0 => Some(number),
        (Shape::Limit, Some(number)) if number > 0 => Some(-number),
        (Shape::Delay, Some(number)) if number >= 0 => Some(-number),
        (Shape::Ranked(order), _) => {
            let rank = order.iter().position(|own| *own == value.text());
            rank.and_then(|rank| i64::try_from(rank).ok())
        }
        _ => None,
    };
    match row.shape {
        Shape::True if is(true) => say(own(), Grade::Plain, "", row.way, entry.span()),
        Shape::False if is(false) => say(own(), Grade::Plain, "", row.way, entry.span()),
        Shape::Is(wanted) if value.text() == wanted => {
            say(own(), Grade::Plain, &quoted(wanted), row.way, entry.span());
        }
        Shape::Limit if number == Some(0) => {
            let (text, opposite) = (
                format!("{} is `0`, which sets no limit", quoted(path)),
                row.way == Way::Undoes,
            );
            let fact = Fact::plain(row.kind, own(), text, entry.span()).read_from(ALL_BELOW);
            found.push(if opposite { fact } else { fact.turned() });
        }
        Shape::Larger | Shape::Limit | Shape::Delay | Shape::Ranked(_) => {
            let shown = match row.shape {
                Shape::Ranked(_) => quoted(&value.text()),
                _ => value.text().into_owned(),
            };
            if let Some(strict) = strict {
                say(own(), Grade::Strict(strict), &shown, row.way, entry.span());
            }
        }
        Shape::Any => {
            let digest = sha256(&canonical(value));
            say(
                own(),
                Grade::Exact(digest),
                &listed(value),
                row.way,
                entry.span(),
            );
        }
        Shape::Each => {
            for item in value.as_array().into_iter().flatten() {
                let subject = format!("{path}\0{}", sha256(&canonical(item)));
                say(subject, Grade::Plain, &listed(item), row.way, item.span());
            }
        }
        Shape::Only if value.as_array().is_some() => {
            let items = value.as_array().into_iter().flatten();
            let set: BTreeSet<String> = items.map(|item| sha256(&canonical(item))).collect();
            let shown = listed(value);
            if !(set.is_empty() && row.way == Way::Undoes) {
                say(own(), Grade::Only(set), &shown, row.way, entry.span());
            }
        }
        Shape::Bits(names) => {
            let bits = number.unwrap_or_default();
            for (bit, name) in names
                .iter()
                .enumerate()
                .filter(|(bit, _)| bits >> bit & 1 == 1)
            {
                say(
                    format!("{path}\0{bit}"),
                    Grade::Plain,
                    name,
                    row.way,
                    entry.span(),
                );
            }
        }
        Shape::True | Shape::False | Shape::Is(_) | Shape::Only => {}
    }
}

/// A yes or no. Whoever reads preferences takes a number for it; what a Mac makes of a number elsewhere is not known.
pub(super) fn truth(payload: Payload<'_>, value: Value<'_>) -> Option<bool> {
    let number = value.as_integer().filter(|_| payload.is_wrapped());
    value.as_bool().or_else(|| number.map(|number| number != 0))
}
