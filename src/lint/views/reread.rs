//! Reads profiles a second time, for what rules over several files quote and point at. What is shown is what was judged:
//! a file that changed since its rules ran is not shown, and a finding says so.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::lint::model::file_id::FileId;
use crate::profile::{Document, with_document};

/// Fetches the bytes of a profile again, by its number; the error says why they are not those that were judged.
pub(crate) type ReadBytes<'r> = dyn Fn(u32) -> Result<Vec<u8>, String> + Sync + 'r;

/// The profiles of a run, to be read again.
pub(crate) struct Reread<'r> {
    read: &'r ReadBytes<'r>,
    failed: Mutex<BTreeMap<u32, String>>,
}

impl<'r> Reread<'r> {
    pub(crate) fn new(read: &'r ReadBytes<'r>) -> Self {
        Self {
            read,
            failed: Mutex::default(),
        }
    }

    /// Shows a profile as it was judged; `None` when it is not that any more, or is not a profile.
    pub(crate) fn document<R>(
        &self,
        file: FileId,
        show: impl FnOnce(&Document<'_>) -> R,
    ) -> Option<R> {
        let FileId::Profile(number) = file else {
            return None;
        };
        match (self.read)(number) {
            Ok(bytes) => Some(with_document("", &bytes, show)),
            Err(why) => {
                let failed = self.failed.lock();
                failed.ok()?.insert(number, why);
                None
            }
        }
    }

    /// The profiles that could not be read again, and why.
    pub(crate) fn failed(self) -> BTreeMap<u32, String> {
        self.failed.into_inner().unwrap_or_default()
    }
}
