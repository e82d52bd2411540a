//! Lists in JSON that are written item by item: a report of 100,000 findings is never in memory a second time.

use serde::{Serialize, Serializer};

/// Serialises what an iterator gives as a list.
pub(super) struct Each<I>(pub(super) I);

impl<I> Serialize for Each<I>
where
    I: Iterator + Clone,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}
