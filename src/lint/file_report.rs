//! What is known of one profile after its own rules ran.

use std::sync::Arc;

use super::model::finding::Finding;
use super::model::suppression::Suppression;
use super::views::facts::CrossFileFacts;
use crate::profile::allowed::Statement;
use crate::profile::permission::Permission;
use crate::source::excerpt::Excerpt;

/// One profile, judged by itself.
#[derive(Clone, Debug)]
pub(crate) struct FileReport {
    pub(crate) path: Arc<str>,
    /// The number of the plan that holds for it.
    pub(crate) plan: u32,
    /// What its rules found, places resolved.
    pub(crate) findings: Vec<Finding>,
    /// Whether there is a profile in it that rules were run for.
    pub(crate) is_judged: bool,
    /// What rules over the repository need to know, until they ran.
    pub(crate) facts: Option<Box<CrossFileFacts>>,
    /// What it allows, if there is a policy to hold it against.
    pub(crate) statements: Box<[Statement]>,
    /// What it permits beside extensions, likewise.
    pub(crate) permissions: Box<[Permission]>,
    /// The type of each payload that Apple does not describe, of whose settings nothing is checked.
    pub(crate) undescribed: Box<[Box<str>]>,
    /// The comments that silence rules.
    pub(crate) suppressions: Box<[Suppression]>,
    /// The lines that a report shows of it.
    pub(crate) excerpt: Option<Box<Excerpt>>,
    /// Whether it could not be read from disk.
    pub(crate) unreadable: bool,
}
