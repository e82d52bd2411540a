//! A walk to places in a property list that remembers where it was, so that ten thousand places, asked for in the
//! order of the file, cost one walk and not ten thousand. A container that is come back to is indexed: in any other order
//! each place would cost a walk from its start, and the order of two files differs as somebody likes.

use std::collections::HashMap;

use crate::plist::{Entries, Entry, Items, Value};
use crate::source::Span;

/// A walk through one tree.
#[derive(Debug, Default)]
pub(crate) struct Walk<'t> {
    /// The containers on the way to the last place, outermost first.
    levels: Vec<OpenContainer<'t>>,
    /// What the containers hold that were entered, once they are entered again; empty before.
    indexed: HashMap<Span, Vec<Step<'t>>>,
}

/// A container on the way, and how far in it the walk has come.
#[derive(Debug)]
struct OpenContainer<'t> {
    container: Value<'t>,
    /// Places before this byte are behind the walk.
    from: u32,
    /// The position of the next item.
    index: usize,
    rest: Rest<'t>,
    is_indexed: bool,
}

/// What a container still holds.
#[derive(Clone, Debug)]
enum Rest<'t> {
    Items(Items<'t>),
    Entries(Entries<'t>),
}

/// What a container holds at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'t> {
    /// An item of an array, and its position.
    Item(usize, Value<'t>),
    /// An entry of a dictionary.
    Entry(Entry<'t>),
}

/// What is at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum At<'t> {
    /// The content of a value that holds no others.
    Leaf,
    /// Between a key and its value.
    Before(Value<'t>),
    /// Between two items or entries: the one that follows, if there is one.
    Between(Option<Span>),
}

impl<'t> Walk<'t> {
    /// Goes to a place in a value, and hands out every step on the way. Iterative, because a file decides how deep it is.
    pub(super) fn go(
        &mut self,
        root: Value<'t>,
        offset: u32,
        mut each: impl FnMut(Step<'t>),
    ) -> At<'t> {
        let mut value = root;
        for depth in 0.. {
            if !self.enter(depth, value, offset) {
                break;
            }
            let level = &mut self.levels[depth];
            let step = if level.is_indexed {
                let steps = &self.indexed[&value.span()];
                let at = steps.partition_point(|step| step.span().end <= offset);
                let next = steps.get(at).copied();
                next.filter(|step| step.span().start <= offset)
                    .ok_or_else(|| next.map(Step::span))
            } else {
                let step = level.advance(offset);
                step.ok_or_else(|| level.rest.clone().next(level.index).map(Step::span))
            };
            let step = match step {
                Ok(step) => step,
                Err(next) => return At::Between(next),
            };
            each(step);
            value = step.value();
            if !holds(value.span(), offset) {
                return At::Before(value);
            }
        }
        At::Leaf
    }

    /// What is at a place in a value.
    pub(crate) fn at(&mut self, root: Value<'t>, offset: u32) -> At<'t> {
        self.go(root, offset, |_| {})
    }

    /// Makes a container the one at this depth, a new one unless the walk can go on in it; whether it is a container.
    fn enter(&mut self, depth: usize, value: Value<'t>, offset: u32) -> bool {
        let level = self.levels.get(depth);
        if level.is_some_and(|level| {
            level.container == value && (level.is_indexed || level.from <= offset)
        }) {
            return true;
        }
        let rest = match (value.as_dictionary(), value.as_array()) {
            (Some(dictionary), _) => Rest::Entries(dictionary.entries()),
            (None, Some(items)) => Rest::Items(items),
            (None, None) => return false,
        };
        let known = self.indexed.get_mut(&value.span());
        let is_indexed = known.is_some();
        match known {
            Some(steps) if steps.is_empty() => {
                let mut rest = rest.clone();
                steps.extend((0..).map_while(|index| rest.next(index)));
            }
            Some(_) => {}
            None => drop(self.indexed.insert(value.span(), Vec::new())),
        }
        self.levels.truncate(depth);
        self.levels.push(OpenContainer {
            container: value,
            from: 0,
            index: 0,
            rest,
            is_indexed,
        });
        true
    }
}

impl<'t> OpenContainer<'t> {
    /// Goes on to the entry or item at an offset.
    fn advance(&mut self, offset: u32) -> Option<Step<'t>> {
        loop {
            // The walk stays before what it finds: the next place may be in the same.
            let before = self.rest.clone();
            let step = self.rest.next(self.index)?;
            let span = step.span();
            if offset < span.end {
                self.rest = before;
                if span.start > offset {
                    return None;
                }
                self.from = span.start;
                return Some(step);
            }
            self.from = span.end;
            self.index += 1;
        }
    }
}

impl<'t> Rest<'t> {
    /// Takes the next item or entry; of an array it is the one at this position.
    fn next(&mut self, index: usize) -> Option<Step<'t>> {
        match self {
            Self::Items(items) => Some(Step::Item(index, items.next()?)),
            Self::Entries(entries) => entries.next().map(Step::Entry),
        }
    }
}

impl<'t> Step<'t> {
    /// From its first byte to its last; that of an entry begins with the key.
    fn span(self) -> Span {
        match self {
            Self::Item(_, value) => value.span(),
            Self::Entry(entry) => entry.span(),
        }
    }

    /// The value it leads to.
    fn value(self) -> Value<'t> {
        match self {
            Self::Item(_, value) => value,
            Self::Entry(entry) => entry.value,
        }
    }
}

/// Whether a range holds an offset.
fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset < span.end
}
