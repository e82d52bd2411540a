//! The short answers: `profiles status`, `spctl kext-consent`, `csrutil status`, `bputil -d`.

use super::facts::{Claim, Enrollment, Fact, SecurityMode};
use super::subject::Subject;
use super::text::Text;

/// `profiles status -type enrollment`, in the wordings since 10.13.
pub(crate) fn enrollment(text: &Text) -> Vec<Fact> {
    let facts = by_line(text, |line| {
        let lower = line.to_ascii_lowercase();
        let state = if let Some(answer) = lower.strip_prefix("mdm enrollment:") {
            match answer.trim() {
                "yes (user approved)" => Enrollment::UserApproved,
                "yes" => Enrollment::NotUserApproved,
                "no" => Enrollment::None,
                _ => return None,
            }
        } else if lower.starts_with("there is no enrollment profile installed") {
            Enrollment::None
        } else if lower.starts_with("an enrollment profile is currently installed") {
            Enrollment::Unclear
        } else {
            return None;
        };
        Some(Claim::Enrollment(state))
    });
    // Of two runs the later one counts. Several answers without the first line of a run between them are no runs.
    let is_answer = |fact: &&Fact| {
        fact.text
            .to_ascii_lowercase()
            .starts_with("mdm enrollment:")
    };
    let answers: Vec<Fact> = facts.iter().filter(is_answer).cloned().collect();
    let differ = |two: &[Fact]| two[0].claim != two[1].claim;
    if !answers.windows(2).any(differ) {
        return facts;
    }
    let runs = text.lines().filter(|line| {
        line.text
            .to_ascii_lowercase()
            .starts_with("enrolled via dep:")
    });
    let starts: Vec<u32> = runs.map(|line| line.number).collect();
    let has_start = |two: &[Fact]| {
        let between = two[0].line..two[1].line;
        starts.iter().any(|start| between.contains(&Some(*start)))
    };
    let are_runs = answers.windows(2).all(has_start);
    let claim = if are_runs {
        Claim::TwoRuns
    } else {
        Claim::EnrollmentContradicts
    };
    let last = answers.last().cloned().filter(|_| are_runs);
    let told = answers.into_iter().map(|fact| Fact {
        claim: claim.clone(),
        ..fact
    });
    told.chain(last).collect()
}

/// `spctl kext-consent status` and `list`, and the assessment of a kernel extension.
pub(crate) fn spctl(text: &Text, subject: &Subject) -> Vec<Fact> {
    by_line(text, |line| match line {
        "source=Unnotarized Developer ID" => Some(Claim::NotNotarized),
        "Kernel Extension User Consent: ENABLED" => Some(Claim::ConsentAsked(true)),
        "Kernel Extension User Consent: DISABLED" => Some(Claim::ConsentAsked(false)),
        team if team == subject.team.as_str() => Some(Claim::ConsentForTeam),
        _ => None,
    })
}

/// `csrutil status`.
pub(crate) fn csrutil(text: &Text) -> Vec<Fact> {
    by_line(text, |line| {
        if let Some(status) = line.strip_prefix("System Integrity Protection status:") {
            let status = status.trim();
            return if status.starts_with("enabled") {
                Some(Claim::SystemIntegrity(true))
            } else if status.starts_with("disabled") {
                Some(Claim::SystemIntegrity(false))
            } else {
                None
            };
        }
        match line.strip_prefix("Kext Signing:")?.trim() {
            "disabled" => Some(Claim::KextSigning(false)),
            "enabled" => Some(Claim::KextSigning(true)),
            _ => None,
        }
    })
}

/// `bputil -d`.
pub(crate) fn bputil(text: &Text) -> Vec<Fact> {
    by_line(text, |line| {
        let value = |key: &str| line.strip_prefix(key)?.split_whitespace().next();
        match value("Security Mode:") {
            Some("Full") => return Some(Claim::SecurityMode(SecurityMode::Full)),
            Some("Reduced") => return Some(Claim::SecurityMode(SecurityMode::Reduced)),
            Some("Permissive") => return Some(Claim::SecurityMode(SecurityMode::Permissive)),
            _ => {}
        }
        match value("3rd Party Kexts Status:") {
            Some("Enabled") => Some(Claim::ThirdPartyKexts(true)),
            Some("Disabled") => Some(Claim::ThirdPartyKexts(false)),
            _ => None,
        }
    })
}

/// The facts of lines that each stand alone.
fn by_line(text: &Text, claim: impl Fn(&str) -> Option<Claim>) -> Vec<Fact> {
    text.lines()
        .filter_map(|line| Some(Fact::on(line, claim(line.text)?)))
        .collect()
}
