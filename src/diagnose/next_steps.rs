//! What to do next, by the way of deployment.

use crate::escape::shell_word;

#[derive(Debug, Default)]
pub(crate) struct NextSteps {
    /// In order, whatever the way of deployment.
    pub(crate) first: Vec<String>,
    pub(crate) jamf: Vec<String>,
    pub(crate) intune: Vec<String>,
    pub(crate) by_hand: Vec<String>,
    /// A policy that gives the approval; `None` when none is missing.
    pub(crate) policy: Option<String>,
}

impl NextSteps {
    /// The next steps name the file that the policy was written to.
    pub(crate) fn written_to(&mut self, file: &str) {
        let file = shell_word(file);
        for steps in [&mut self.jamf, &mut self.intune] {
            if let Some(first) = steps.first_mut()
                && let Some((_, target)) = first.split_once(" --target ")
            {
                *first = format!("kextpolicy render {file} --target {target}");
            }
        }
    }
}
