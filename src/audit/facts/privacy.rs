//! Who holds which privacy permission.

use super::{owned, phrase, requirement};
use crate::audit::fact::{Fact, Grade, Grant};
use crate::audit::kind::PRIVACY;
use crate::escape::quoted;
use crate::profile::permission::service_name;
use crate::profile::privacy::{Authorization, PrivacyPolicy};
use crate::profile::{Payload, switch};

pub(super) fn privacy(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let entries = PrivacyPolicy::of(payload)
        .into_iter()
        .flat_map(PrivacyPolicy::entries);
    for entry in entries {
        let dictionary = entry.dictionary();
        let allowed = dictionary.get("Allowed").and_then(switch);
        let says = |key| dictionary.get(key).is_some();
        let authorization = match (entry.authorization(), allowed) {
            // Where an entry has both keys, the one that allows more counts here.
            (Some((Authorization::Allow, _)), _) | (_, Some(true)) => Some(Authorization::Allow),
            (Some((own, _)), _) => Some(own),
            (None, Some(false)) => Some(Authorization::Deny),
            // What a Mac makes of another value is not known: it may grant.
            (None, None) if says("Allowed") || says("Authorization") => None,
            (None, None) => continue,
        };
        let (identifier, receiver) = (
            owned(entry.identifier()),
            owned(entry.receiver_identifier()),
        );
        let code = requirement(entry.code_requirement());
        let grant = Grant {
            at_once: matches!(authorization, None | Some(Authorization::Allow)),
            static_code: dictionary
                .get("StaticCode")
                .is_some_and(|own| switch(own) != Some(false)),
            requirements: [code.clone(), requirement(entry.receiver_code_requirement())],
        };
        let (grade, verb) = match authorization {
            Some(Authorization::Allow) => (Grade::Granted(grant), "has"),
            Some(Authorization::AllowStandardUser) => {
                (Grade::Granted(grant), "has, once anybody allows it,")
            }
            Some(Authorization::Deny) => (Grade::Plain, "is denied"),
            None => (
                Grade::Granted(grant),
                "has, if a Mac takes the value of its entry for a yes,",
            ),
        };
        let service = entry.service.as_str();
        let name = match service_name(service) {
            Some(name) => format!("{name} ({})", quoted(service)),
            None => quoted(service),
        };
        let subject = [
            service,
            &owned(entry.identifier_type()),
            &identifier,
            &owned(entry.receiver_identifier_type()),
            &receiver,
        ];
        let to = phrase("to", &receiver);
        let sentence = format!("{} {verb} {name}{to}", quoted(&identifier));
        let fact = Fact::plain(&PRIVACY, subject.join("\0"), sentence, dictionary.span());
        let fact = if authorization == Some(Authorization::Deny) {
            fact.turned()
        } else {
            fact
        };
        found.push(fact.graded(grade).held_by(identifier, code).read_from(&[
            "Allowed",
            "Authorization",
            "CodeRequirement",
            "AEReceiverCodeRequirement",
            "StaticCode",
            "Identifier",
            "IdentifierType",
            "AEReceiverIdentifier",
            "AEReceiverIdentifierType",
        ]));
    }
}
