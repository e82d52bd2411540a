//! Who holds which privacy permission.

use super::owned;
use crate::audit::fact::Fact;
use crate::audit::kind::PRIVACY;
use crate::profile::grade::{Grade, Grant};
use crate::profile::permission::{Holder, requirement};
use crate::profile::privacy::{Authorization, PrivacyPolicy};
use crate::profile::{Payload, switch};

pub(super) fn privacy(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let entries = PrivacyPolicy::of(payload)
        .into_iter()
        .flat_map(PrivacyPolicy::entries);
    for entry in entries {
        let dictionary = entry.dictionary();
        let says = |key| dictionary.get(key).is_some();
        let authorization = entry.most_allowed();
        // What a Mac makes of another value is not known: it may grant.
        if authorization.is_none() && !says("Allowed") && !says("Authorization") {
            continue;
        }
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
            Some(Authorization::Deny) => (Grade::Denied, "is denied"),
            None => (
                Grade::Granted(grant),
                "has, if a Mac takes the value of its entry for a yes,",
            ),
        };
        let holder = Holder {
            service: entry.service.as_str(),
            program: [&owned(entry.identifier_type()), &identifier],
            receiver: [&owned(entry.receiver_identifier_type()), &receiver],
        };
        let (mut subject, sentence) = (holder.subject(), holder.sentence(verb));
        if authorization.is_none() {
            // That it becomes a plain yes is more.
            subject.push_str("\0unclear");
        }
        let fact = Fact::plain(&PRIVACY, subject, sentence, dictionary.span());
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
