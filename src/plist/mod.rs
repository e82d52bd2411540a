//! Property lists with places: every key and value keeps its byte range.
//!
//! The `plist` crate cannot do this, and on hostile input it drops CDATA, keeps the last of two duplicate keys without
//! a word, and expands small binary files to gigabytes; so the linter reads property lists itself, by the grammar of
//! Apple's own parser (`CFPropertyList.c`).

pub(crate) mod scalar;
pub(crate) mod tree;

pub(crate) use tree::{Dictionary, Entry, Integer, Kind, Tree, Value};
