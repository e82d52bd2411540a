//! Privacy permissions of profiles, as the `privacy` block of a policy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::payload::{Payload, check, named, origins};
use super::signer::{self, Signer};
use super::yaml;
use crate::audit::origin::Origin;
use crate::plist::{Dictionary, Value};
use crate::policy::services::{SERVICES, Service, not_grantable};

/// What profiles grant and deny.
#[derive(Debug, Default)]
pub(super) struct Found {
    grants: Vec<Grant>,
    /// Service and program that a profile denies: Apple lets the denial win.
    denied: BTreeSet<(&'static str, String)>,
}

#[derive(Clone, Debug)]
struct Grant {
    service: Service,
    program: Program,
    rest: Rest,
    origin: Origin,
}

/// A program and who signed it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Program {
    name: String,
    /// The signing identifier of a program that is named by its path.
    identifier: Option<String>,
    signer: Signer,
}

/// What else an entry says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rest {
    static_code: bool,
    receiver: Option<Program>,
}

/// Programs with their places, by what else their entries say.
type Groups<'f> =
    BTreeMap<(&'f Service, bool, &'f Signer, &'f Rest), BTreeMap<&'f Program, Vec<&'f Origin>>>;

impl Found {
    /// Adds the entries of a payload.
    pub(super) fn add(&mut self, payload: &mut Payload<'_, '_>) {
        let services = payload.dictionary.get("Services");
        let services = services.and_then(Value::as_dictionary);
        for listed in services.into_iter().flat_map(Dictionary::entries) {
            let name = listed.key();
            let entries = listed.value.as_array().into_iter().flatten();
            for entry in entries.filter_map(Value::as_dictionary) {
                match grant(&name, entry) {
                    Ok(Read::Granted(service, program, rest)) => self.grants.push(Grant {
                        service,
                        program,
                        rest,
                        origin: (payload.place)(entry.span()),
                    }),
                    Ok(Read::Denied(service, program)) => {
                        if let Some(service) = service {
                            self.denied.insert((service.apple, program.clone()));
                        }
                        let what = named(&format!("`{name}` is denied to"), &program);
                        payload.remark(entry.span(), &format!("{what}; a policy only grants"));
                    }
                    Err(why) => payload.remark(entry.span(), &format!("`{name}`: {why}")),
                }
            }
        }
    }

    /// The block and the number of its entries.
    pub(super) fn block(&self, remarks: &mut Vec<String>) -> (String, usize) {
        let mut first: BTreeMap<(&str, &str, Option<&str>), &Grant> = BTreeMap::new();
        // Entries that differ in nothing but their programs become one.
        let mut groups = Groups::new();
        for grant in &self.grants {
            let Program {
                name, identifier, ..
            } = &grant.program;
            if self.denied.contains(&(grant.service.apple, name.clone())) {
                let what = named(&format!("`{}` of", grant.service.apple), name);
                remarks.push(format!(
                    "{}: {what} is denied elsewhere, which wins",
                    grant.origin
                ));
                continue;
            }
            let receiver = grant.rest.receiver.as_ref().map(|own| own.name.as_str());
            let same = *first
                .entry((grant.service.apple, name, receiver))
                .or_insert(grant);
            if (&same.program, &same.rest) != (&grant.program, &grant.rest) {
                let what = named(&format!("`{}` of", grant.service.apple), name);
                remarks.push(format!(
                    "{}: {what} has another requirement than at {}, which is written",
                    grant.origin, same.origin
                ));
                continue;
            }
            let alone = entry(&grant.rest, &grant.program.signer, &[&grant.program]);
            let block = format!("privacy:\n  {}:\n{alone}", grant.service.key);
            if let Err(why) = check(&block) {
                remarks.push(format!(
                    "{}: `{}`: {why}",
                    grant.origin, grant.service.apple
                ));
                continue;
            }
            // A written requirement and a path are about one program.
            let alone = identifier.is_some() || matches!(grant.program.signer, Signer::Written(_));
            let key = (&grant.service, alone, &grant.program.signer, &grant.rest);
            let group = groups.entry(key).or_default();
            group.entry(&grant.program).or_default().push(&grant.origin);
        }
        let mut text = String::from("privacy:\n");
        let mut count = 0;
        for service in SERVICES {
            let mut head = Some(format!("  {}:\n", service.key));
            let mut write = |programs: &[&Program],
                             origins: &mut dyn Iterator<Item = &Origin>,
                             signer: &Signer,
                             rest: &Rest| {
                text.push_str(&head.take().unwrap_or_default());
                text.push_str(&self::origins(4, origins));
                text.push_str(&entry(rest, signer, programs));
                count += 1;
            };
            let own = groups.iter().filter(|((own, ..), _)| **own == service);
            for ((_, alone, signer, rest), programs) in own {
                if *alone {
                    for (program, places) in programs {
                        write(&[program], &mut places.iter().copied(), signer, rest);
                    }
                } else {
                    let all: Vec<&Program> = programs.keys().copied().collect();
                    let mut places = programs.values().flatten().copied();
                    write(&all, &mut places, signer, rest);
                }
            }
        }
        (text, count)
    }
}

/// What an entry of a payload says.
enum Read {
    Granted(Service, Program, Rest),
    Denied(Option<Service>, String),
}

/// Reads an entry; an error says why it is not carried over.
fn grant(service: &str, entry: Dictionary<'_>) -> Result<Read, String> {
    let name = Payload::text(entry, "Identifier").ok_or("an entry has no `Identifier`")?;
    let about = |why: &str| format!("{}: {why}", crate::escape::quoted(&name));
    let known = Service::of_apple(service);
    let authorization = Payload::text(entry, "Authorization");
    let allowed = match (Payload::boolean(entry, "Allowed"), authorization.as_deref()) {
        (Some(_), Some(_)) => {
            return Err(about(
                "it has `Allowed` and `Authorization`, of which a Mac takes one",
            ));
        }
        (Some(allowed), None) => allowed,
        (None, Some("Allow")) => true,
        (None, Some("Deny")) => false,
        (None, Some(other)) => {
            return Err(about(&format!(
                "a policy does not hold {}",
                crate::escape::quoted(other)
            )));
        }
        (None, None) => return Err(about("it has neither `Allowed` nor `Authorization`")),
    };
    if !allowed {
        return Ok(Read::Denied(known, name));
    }
    let Some(known) = known else {
        return Err(about(match not_grantable(service) {
            Some(_) => "no profile can grant it",
            None => "no such service is known",
        }));
    };
    let program = program(entry, "").map_err(|why| about(&why))?;
    let receiver = if known.has_receiver() {
        Some(
            self::program(entry, "AEReceiver")
                .map_err(|why| about(&format!("its receiver: {why}")))?,
        )
    } else {
        None
    };
    let static_code = Payload::boolean(entry, "StaticCode").unwrap_or(false);
    Ok(Read::Granted(
        known,
        program,
        Rest {
            static_code,
            receiver,
        },
    ))
}

/// The program of an entry, or with the prefix the receiver of its events.
fn program(entry: Dictionary<'_>, prefix: &str) -> Result<Program, String> {
    let text = |key: &str| Payload::text(entry, &format!("{prefix}{key}"));
    let name = text("Identifier").ok_or("it has no identifier")?;
    let requirement = text("CodeRequirement").ok_or("it has no code requirement")?;
    match text("IdentifierType").as_deref() {
        Some("bundleID") => {
            let (signer, _) = signer::read(&requirement, Some(&name))?;
            Ok(Program {
                name,
                identifier: None,
                signer,
            })
        }
        Some("path") => {
            let (signer, identifier) = signer::read(&requirement, None)?;
            Ok(Program {
                name,
                identifier: Some(identifier),
                signer,
            })
        }
        _ => Err("`IdentifierType` is neither `bundleID` nor `path`".to_owned()),
    }
}

/// An entry as it is written.
fn entry(rest: &Rest, signer: &Signer, programs: &[&Program]) -> String {
    let mut lines = program_lines(signer, programs);
    lines.extend(rest.static_code.then(|| "static_code: true".to_owned()));
    if let Some(receiver) = &rest.receiver {
        lines.push("receiver:".to_owned());
        let inner = program_lines(&receiver.signer, &[receiver]);
        lines.extend(inner.into_iter().map(|line| format!("  {line}")));
    }
    yaml::item(4, &lines)
}

/// The keys that name programs.
fn program_lines(signer: &Signer, programs: &[&Program]) -> Vec<String> {
    let mut lines = signer.lines();
    if let [
        Program {
            name,
            identifier: Some(identifier),
            ..
        },
    ] = programs
    {
        lines.push(format!("path: {}", yaml::line(name)));
        if !matches!(signer, Signer::Written(_)) {
            lines.push(format!("identifier: {}", yaml::word(identifier)));
        }
    } else {
        let mut list = String::new();
        let names = programs.iter().map(|program| program.name.as_str());
        // Writing to a string cannot fail.
        let _ = write!(list, "bundle_ids: {}", yaml::list(names));
        lines.push(list);
    }
    lines
}
