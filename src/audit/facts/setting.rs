//! What a row of `settings_table` says: which key, how its value says something, and what that is.

use crate::audit::kind::Kind;

/// What is said of one key.
pub(super) struct Setting {
    /// The payload types that have it.
    pub(super) types: &'static [&'static str],
    /// The keys down to it, `/` between them; `*` is any key.
    pub(super) path: &'static str,
    pub(super) shape: Shape,
    pub(super) kind: &'static Kind,
    pub(super) way: Way,
    /// The fact as a sentence without its end; `{}` is the value, or the item, `{key}` the way to it.
    pub(super) text: &'static str,
}

/// How a value says it, and which of two values says more.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    True,
    False,
    /// This text, or this number.
    Is(&'static str),
    /// A number: the larger, the more; 0 and less say nothing.
    Larger,
    /// A limit: the smaller, the more; 0 sets no limit.
    Limit,
    /// A delay: the smaller, the more, down to 0; less says nothing.
    Delay,
    /// One of these texts, the least first; another one says nothing.
    Ranked(&'static [&'static str]),
    /// Every value, and none says more than another.
    Any,
    /// Every item of a list for itself.
    Each,
    /// A list that leaves out what is not on it: the shorter, the more.
    Only,
    /// Every bit of a number for itself, from the lowest, by what it says.
    Bits(&'static [&'static str]),
}

/// Whether it is what its kind does, or the opposite.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Does,
    Undoes,
    /// Nobody can say whether it came or went is for the better: every change counts as widening.
    Either,
}
