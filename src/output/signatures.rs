//! What `verify` found, as text and as JSON.

use std::io;

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Out, Paint};
use crate::cms::{Answer, Certificate, Signed, Signer, Status};

#[derive(Debug)]
pub(crate) struct Verified {
    /// Its name as the user gave it.
    pub(crate) file: String,
    /// What was found in it.
    pub(crate) outcome: Outcome,
}

/// What a file turned out to be.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A signed profile, and the answers about it.
    Signed(Box<Judged>),
    /// A file without a signature that can be judged: why, and what to do.
    Unsigned(String, &'static str),
}

/// A signed profile with the answers about it.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) signed: Signed,
    /// The answer about the whole.
    pub(crate) integrity: Answer,
    /// The answers about each signer.
    pub(crate) signers: Vec<Vec<Answer>>,
}

impl Verified {
    /// Whether nothing is wrong.
    pub(crate) fn is_good(&self) -> bool {
        match &self.outcome {
            Outcome::Unsigned(..) => false,
            Outcome::Signed(judged) => judged.answers().all(|answer| answer.status != Status::Bad),
        }
    }
}

impl Judged {
    fn answers(&self) -> impl Iterator<Item = &Answer> {
        std::iter::once(&self.integrity).chain(self.signers.iter().flatten())
    }
}

/// Writes one file's answers, each on a line of its own.
pub(crate) fn text(verified: &Verified, out: &mut Out) -> io::Result<()> {
    out.paint(Paint::Bold, &verified.file)?;
    writeln!(out)?;
    let line = |out: &mut Out, status: Option<Status>, question: &str, text: &str| {
        write!(out, "  ")?;
        match status {
            Some(Status::Good) => out.paint(Paint::Good, "ok   ")?,
            Some(Status::Note) => out.paint(Paint::Note, "note ")?,
            Some(Status::Bad) => out.paint(Paint::Error, "error")?,
            Some(Status::Open) => write!(out, "-    ")?,
            None => write!(out, "     ")?,
        }
        writeln!(out, " {question:<11} {text}")
    };
    match &verified.outcome {
        Outcome::Unsigned(reason, help) => {
            line(out, Some(Status::Bad), "integrity", reason)?;
            line(out, None, "help", help)
        }
        Outcome::Signed(judged) => {
            line(
                out,
                Some(judged.integrity.status),
                judged.integrity.question,
                &judged.integrity.text,
            )?;
            for (signer, answers) in judged.signed.signers.iter().zip(&judged.signers) {
                for (question, text) in facts(&judged.signed, signer) {
                    line(out, None, question, &text)?;
                }
                for answer in answers {
                    line(out, Some(answer.status), answer.question, &answer.text)?;
                }
            }
            Ok(())
        }
    }
}

/// Writes what all files together come to, those included that were not read.
pub(crate) fn verdict(files: &[Verified], count: usize, out: &mut Out) -> io::Result<()> {
    let good = files.iter().filter(|file| file.is_good()).count();
    let (bad, unread) = (files.len() - good, count - files.len());
    write!(
        out,
        "\n{count} files: {good} without an error, {bad} with one"
    )?;
    if unread > 0 {
        write!(out, ", {unread} not read")?;
    }
    writeln!(out)
}

/// Who signed and when, in words.
fn facts(message: &Signed, signer: &Signer) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(certificate) = message.certificate_of(signer) {
        facts.push(("signer", certificate.subject()));
        facts.push(("issuer", certificate.issuer()));
        facts.push(("serial", certificate.serial()));
        facts.push(("fingerprint", certificate.fingerprint()));
        facts.push(("key", certificate.key().kind.to_string()));
    }
    facts.push((
        "signed",
        signer.signing_time.map_or_else(
            || "the signature does not say when".to_owned(),
            |time| format!("{} by the signer's clock", moment(time)),
        ),
    ));
    facts
}

/// A moment as RFC 3339 writes it.
fn moment(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}

#[derive(Serialize)]
struct JsonRun<'a> {
    version: u32,
    tool: JsonTool,
    /// The files, in the order they were named.
    files: Vec<JsonFile<'a>>,
}

#[derive(Serialize)]
struct JsonTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct JsonFile<'a> {
    file: &'a str,
    /// Whether the file is signed at all.
    signed: bool,
    /// Whether nothing is wrong.
    good: bool,
    /// The answer about the whole.
    integrity: JsonAnswer<'a>,
    signers: Vec<JsonSigner<'a>>,
}

#[derive(Serialize)]
struct JsonAnswer<'a> {
    /// `good`, `note`, `bad` or `open`.
    status: &'static str,
    /// The answer in words.
    message: &'a str,
}

#[derive(Serialize)]
struct JsonSigner<'a> {
    /// The certificate; null if it is not in the file.
    certificate: Option<JsonCertificate>,
    /// When, by the signer's clock.
    signing_time: Option<String>,
    /// The answers by question.
    checks: std::collections::BTreeMap<&'static str, JsonAnswer<'a>>,
}

#[derive(Serialize)]
struct JsonCertificate {
    subject: String,
    issuer: String,
    serial: String,
    sha256: String,
    /// The kind of its key.
    key: String,
    /// The first moment it is valid.
    not_before: String,
    /// The last moment it is valid.
    not_after: String,
    /// What the key may be used for.
    key_usage: Vec<&'static str>,
    /// The purposes it names.
    purposes: Vec<String>,
}

impl JsonCertificate {
    /// The facts of a certificate.
    fn new(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject(),
            issuer: certificate.issuer(),
            serial: certificate.serial(),
            sha256: certificate.fingerprint(),
            key: certificate.key().kind.to_string(),
            not_before: moment(certificate.not_before()),
            not_after: moment(certificate.not_after()),
            key_usage: certificate.key_usage(),
            purposes: certificate.purposes(),
        }
    }
}

impl<'a> JsonAnswer<'a> {
    fn new(answer: &'a Answer) -> Self {
        Self {
            status: match answer.status {
                Status::Good => "good",
                Status::Note => "note",
                Status::Bad => "bad",
                Status::Open => "open",
            },
            message: &answer.text,
        }
    }
}

/// Writes all files as one JSON document.
pub(crate) fn json(files: &[Verified], out: &mut Out) -> io::Result<()> {
    let run = JsonRun {
        version: 1,
        tool: JsonTool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        files: files.iter().map(json_file).collect(),
    };
    out.json(&run)
}

fn json_file(verified: &Verified) -> JsonFile<'_> {
    let good = verified.is_good();
    let file = &verified.file;
    match &verified.outcome {
        Outcome::Unsigned(reason, _) => JsonFile {
            file,
            signed: false,
            good,
            integrity: JsonAnswer {
                status: "bad",
                message: reason,
            },
            signers: Vec::new(),
        },
        Outcome::Signed(judged) => JsonFile {
            file,
            signed: true,
            good,
            integrity: JsonAnswer::new(&judged.integrity),
            signers: judged
                .signed
                .signers
                .iter()
                .zip(&judged.signers)
                .map(|(signer, answers)| JsonSigner {
                    certificate: judged
                        .signed
                        .certificate_of(signer)
                        .map(JsonCertificate::new),
                    signing_time: signer.signing_time.map(moment),
                    checks: answers
                        .iter()
                        .map(|answer| (answer.question, JsonAnswer::new(answer)))
                        .collect(),
                })
                .collect(),
        },
    }
}
