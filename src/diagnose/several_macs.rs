//! Commands of several Macs in one text: what is said of one does not hold for the other.

use super::facts::{Claim, Fact};
use super::load::is_command;
use super::text::{Line, Text};

/// The first command whose prompt (`anna@mac-a ~ %`) names another Mac than the one before.
pub(super) fn other_mac(text: &Text) -> Option<Fact> {
    let host = |line: &Line<'_>| -> Option<String> {
        let prompt = line.text.split_whitespace().next()?;
        let (_, host) = prompt.trim_start_matches('[').split_once('@')?;
        let host = host.split(':').next()?;
        is_command(line.text).then(|| host.to_ascii_lowercase())
    };
    let mut commands = text.lines().filter_map(|line| Some((line, host(&line)?)));
    let (_, first) = commands.next()?;
    let (line, _) = commands.find(|(_, own)| *own != first)?;
    Some(Fact::on(line, Claim::SeveralMacs))
}
