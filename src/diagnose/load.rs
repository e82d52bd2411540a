//! What `kextutil`, `kextload` and `kmutil load` answer, and the same sentences in the log: one reader, because from
//! macOS 11 the first two are shims over the third.

use super::diagnostics::Block;
use super::facts::{Claim, Fact, Refusal, differing};
use super::load_about::{About, Folders};
use super::sentences::claim;
use super::subject::{Subject, names_an_extension};
use super::text::{Line, Seen, Text};
use crate::extension::ExtensionKind::Kernel;

/// More lines of diagnostics than anybody reads.
const DIAGNOSTICS: usize = 20;

/// Reads the answers about the subject; those about other extensions only are told as such.
pub(crate) fn read(text: &Text, subject: &Subject, seen: &mut Seen) -> Vec<Fact> {
    let mut answers = Answers {
        subject,
        facts: Vec::new(),
        earlier: Vec::new(),
        others: Vec::new(),
        unnamed: Vec::new(),
    };
    let folders = Folders::of(text, subject);
    let mut about = About::Unknown;
    let mut block = Block::default();
    let lines: Vec<Line<'_>> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let lower = line.text.to_ascii_lowercase();
        // An error of kmutil runs over several lines; the extension is named in one of them.
        let other = || {
            let is_other = claim(&lower).is_some() && names_an_extension(line.text);
            is_other.then_some(About::Other)
        };
        if let Some(named) = About::of(*line, subject, &folders).or_else(other) {
            let is_other_kext = named == About::Unclear && lower.contains("building a collection");
            if !is_other_kext {
                let unnamed = std::mem::take(&mut answers.unnamed);
                answers.take(&named, unnamed);
                about = named;
            }
        } else if about == About::Other && lower.starts_with("kext") {
            about = About::Unknown;
        }
        if lower.starts_with("executing: /usr/bin/kmutil") || lower.contains("kmerrordomain") {
            answers.facts.push(Fact::on(*line, Claim::MacOsAtLeast(11)));
        }
        if is_command(line.text) {
            seen.insert(line.number);
            if is_load(line.text) {
                answers.begin_attempt();
                let how = match is_silent(&lines[at + 1..]) {
                    // What was refused before is there.
                    Some(true) if answers.was_refused() => Claim::LoadSucceeded,
                    Some(true) => Claim::LoadSilent,
                    Some(false) => Claim::OnlyLookedAt(Kernel),
                    None => continue,
                };
                answers.take(&about, vec![Fact::on(*line, how)]);
            }
            continue;
        }
        let is_diagnosis = block.holds(*line);
        let is_about_subject = matches!(about, About::Subject(_) | About::Unknown);
        // A shell says the same of a program that is not there.
        let is_shells = |claim: &Claim| {
            *claim == Claim::Refused(Refusal::Absent)
                && !lower.contains(".kext")
                && !lower.contains("error domain")
                && !lower.contains("kext_")
        };
        if let Some(claim) = claim(&lower).filter(|claim| !is_shells(claim)) {
            seen.insert(line.number);
            answers.take(&about, vec![Fact::on(*line, claim)]);
        } else if let Some((next, claim)) = over_two_lines(&lower, &lines[at + 1..]) {
            seen.extend([line.number, next.number]);
            if let Some(named) = About::of(next, subject, &folders) {
                about = named;
            }
            let both = format!("{} {}", line.text, next.text);
            answers.take(&about, vec![Fact::at(Some(line.number), &both, claim)]);
        } else if is_diagnosis && is_about_subject {
            seen.insert(line.number);
            answers.take(&about, vec![Fact::on(*line, Claim::UnknownDiagnostic)]);
        } else if is_part(&lower) || collection_row(line.text).is_some() {
            seen.insert(line.number);
        }
        if let Some(bundle) = collection_row(line.text).filter(|bundle| subject.has(bundle)) {
            answers.own(Fact::on(*line, Claim::InCollection).of(bundle));
        }
        let status = lower.strip_prefix("exit status: ");
        if let Some(status) = status.filter(|_| answers.is_empty()) {
            // TN2459: 27 is the exit status of both programs for system policy.
            let claim = match status {
                "0" => Claim::LoadSucceeded,
                "27" => Claim::Refused(Refusal::Policy),
                _ => Claim::Refused(Refusal::Unspecified),
            };
            answers.take(&about, vec![Fact::on(*line, claim)]);
        }
    }
    answers.all()
}

/// A sentence that a narrow window or a ticket broke in two.
fn over_two_lines<'t>(lower: &str, rest: &[Line<'t>]) -> Option<(Line<'t>, Claim)> {
    let next = *rest.first()?;
    let other = next.text.to_ascii_lowercase();
    // A sentence of a loader is longer than a word.
    let is_broken = lower.len() > 20
        && lower.contains(' ')
        && claim(lower).is_none()
        && claim(&other).is_none()
        && !is_command(next.text);
    let found = is_broken.then(|| claim(&format!("{lower} {other}")))??;
    Some((next, found))
}

/// Whether a command tries to load an extension, shown with the prompt of a shell or passed on by a shim.
fn is_load(text: &str) -> bool {
    let is_shown = text.starts_with("Executing: ") || !is_program(text);
    let loads = ["kextutil ", "kextload ", "kmutil load "];
    is_shown && loads.iter().any(|load| text.contains(load))
}

/// Whether a command printed nothing and ended, by the next prompt after it; `Some(false)` where the text ends first, so
/// that nobody knows, and `None` where it printed something.
fn is_silent(rest: &[Line<'_>]) -> Option<bool> {
    let is_noise = |line: &&Line<'_>| {
        let text = line.text;
        text.is_empty() || text.starts_with("Password:") || text.starts_with("Executing: ")
    };
    let Some(next) = rest.iter().find(|line| !is_noise(line)) else {
        return Some(false);
    };
    let is_prompt = next.text.ends_with(['$', '%', '#', '\u{276f}', '\u{279c}']);
    (is_prompt || is_command(next.text) && !is_program(next.text)).then_some(true)
}

/// Whether a line is a command that somebody typed, or that a shim passes on.
pub(super) fn is_command(text: &str) -> bool {
    let typed = [
        "$ ",
        "% ",
        "# ",
        "~ ",
        ") ",
        "] ",
        "\u{276f} ",
        "\u{279c} ",
        "> ",
    ]
    .iter()
    .filter_map(|prompt| text.split_once(prompt))
    .any(|(_, command)| is_program(command));
    typed || is_program(text) || text.starts_with("Executing: /usr/bin/kmutil")
}

/// Whether a text begins with a program that the guides name.
fn is_program(text: &str) -> bool {
    const PROGRAMS: [&str; 16] = [
        "sudo ",
        "kextutil ",
        "kextload ",
        "kextstat",
        "kextfind ",
        "kextcache ",
        "kmutil ",
        "mdatp ",
        "systemextensionsctl ",
        "log show",
        "log stream",
        "ls ",
        "chown ",
        "chmod ",
        "codesign ",
        "sqlite3 ",
    ];
    let text = text
        .trim_start_matches("/usr/bin/")
        .trim_start_matches("/usr/sbin/");
    let text = text.trim_start();
    PROGRAMS.iter().any(|program| text.starts_with(program)) && !text.contains("rror")
}

/// Lines that belong to an answer and say nothing by themselves.
fn is_part(lower: &str) -> bool {
    let is_head = lower.contains(" kext bundle ") && lower.ends_with([':', 't']);
    // `Kext ID v1.2` alone: the extension that the line before speaks of.
    let mut words = lower.split_whitespace();
    let is_name = words.next() == Some("kext")
        && words.nth(1).is_some_and(|version| version.starts_with('v'))
        && words.next().is_none();
    let parts = [
        "diagnostics for ",
        "failed to validate, deleting:",
        "load /",
        "cache file ",
        "defaulting to kernel file",
        "no kernel file specified",
        "kext with invalid signature",
        "allowed: ",
        "in hash exception list",
        " specific:",
    ];
    is_head || is_name || parts.iter().any(|part| lower.contains(part))
}

/// The bundle ID of a row of `kmutil inspect`: bundle ID, version, folder.
fn collection_row(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(['[', '+', ']', ' ']);
    let mut words = text.split_whitespace();
    let (bundle, version, path) = (words.next()?, words.next()?, words.next()?);
    let is_version = version.starts_with(|letter: char| letter.is_ascii_digit());
    let is_row =
        bundle.contains('.') && is_version && path.starts_with('/') && text.contains(".kext");
    is_row.then_some(bundle)
}

/// The answers so far.
struct Answers<'s> {
    /// The extensions asked about.
    subject: &'s Subject,
    /// Those about the subject.
    facts: Vec<Fact>,
    /// Those of the attempts before the last one.
    earlier: Vec<Fact>,
    /// Those about others, one of each kind.
    others: Vec<Fact>,
    /// Those before any extension was named: they belong to the next that is.
    unnamed: Vec<Fact>,
}

impl Answers<'_> {
    /// A new load attempt: how the one before it ended does not count any more, once this one says how it ends.
    fn begin_attempt(&mut self) {
        let facts = std::mem::take(&mut self.facts);
        let (ends, others) = facts.into_iter().partition(Fact::ends_a_load);
        self.earlier.extend::<Vec<Fact>>(ends);
        self.facts = others;
    }

    /// Keeps what is said of an extension. The same sentence comes two or three times; one line of evidence is enough.
    fn take(&mut self, about: &About<'_>, facts: Vec<Fact>) {
        for fact in facts {
            match about {
                _ if fact.claim == Claim::RestartNeeded => self.own(fact),
                // A collection that cannot be built keeps every extension from loading.
                About::Other if is_of_collection(&fact) => self.unnamed.push(Fact {
                    claim: Claim::Refused(Refusal::Collection),
                    ..fact
                }),
                About::Unknown => self.unnamed.push(fact),
                About::Other => self.other(fact, Claim::OtherExtension),
                About::Unclear => self.other(fact, Claim::UnclearExtension),
                About::Subject(bundles) => {
                    for own in bundles {
                        self.own(fact.clone().of(own));
                    }
                }
            }
        }
    }

    /// Whether an attempt before this one was refused because the approval was missing.
    fn was_refused(&self) -> bool {
        let approval = [
            Claim::Refused(Refusal::Policy),
            Claim::Refused(Refusal::NotApproved),
        ];
        self.earlier
            .iter()
            .any(|fact| approval.contains(&fact.claim))
    }

    /// Whether nothing is known of a load so far.
    fn is_empty(&self) -> bool {
        let says_more = |fact: &Fact| !matches!(fact.claim, Claim::MacOsAtLeast(_));
        self.unnamed.is_empty() && !self.facts.iter().any(says_more)
    }

    /// Keeps one fact about the subject.
    fn own(&mut self, fact: Fact) {
        let is_same = |own: &&Fact| own.claim == fact.claim && own.bundle == fact.bundle;
        let limit = if fact.claim == Claim::UnknownDiagnostic {
            DIAGNOSTICS
        } else {
            1
        };
        if self.facts.iter().filter(is_same).count() < limit {
            self.facts.push(fact);
        }
    }

    /// Keeps that another extension was spoken of.
    fn other(&mut self, fact: Fact, claim: Claim) {
        if !self.others.iter().any(|own| own.claim == claim) {
            self.others.push(Fact { claim, ..fact });
        }
    }

    /// All of them. What names no extension at all is about the kernel extension that was asked about.
    fn all(mut self) -> Vec<Fact> {
        let mut kernel = self.subject.kernel();
        let only = match (kernel.next(), kernel.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        };
        for fact in std::mem::take(&mut self.unnamed) {
            self.own(match only {
                Some(bundle) => fact.of(bundle),
                None => fact,
            });
        }
        if self.facts.iter().any(Fact::ends_a_load) {
            let differing = differing(&self.earlier, &self.facts);
            self.facts.extend(differing);
        } else {
            self.facts.append(&mut self.earlier);
        }
        let says_more =
            |fact: &Fact| !matches!(fact.claim, Claim::MacOsAtLeast(_) | Claim::RestartNeeded);
        if !self.facts.iter().any(says_more) {
            self.others
                .sort_by_key(|fact| fact.claim != Claim::UnclearExtension);
            self.others.truncate(1);
            self.facts.extend(self.others);
        }
        self.facts
    }
}

/// Whether a line says that an extension keeps a collection from being built.
fn is_of_collection(fact: &Fact) -> bool {
    fact.claim == Claim::Refused(Refusal::Collection) || fact.text.contains("Could not use '")
}
