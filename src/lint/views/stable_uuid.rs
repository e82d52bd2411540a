//! UUIDs for fixes: the same file always gets the same ones, so that a repeated fix changes nothing on any Mac.

use uuid::Uuid;

use crate::profile::{Common, Part, Profile};

/// A UUID (version 5) for the profile or one of its payloads, made from the profile's identifier and the place; `None`
/// without an identifier, because then two files would get the same.
pub(crate) fn derive(profile: Profile<'_>, part: Part<'_>) -> Option<String> {
    let identifier = profile.identifier()?;
    if identifier.value.is_empty() {
        return None;
    }
    let own = Uuid::new_v5(
        &Uuid::NAMESPACE_URL,
        env!("CARGO_PKG_REPOSITORY").as_bytes(),
    );
    let place = part
        .position()
        .map_or_else(|| "profile".to_owned(), |at| format!("payload {at}"));
    let name = format!("{}\n{place}", identifier.value);
    let mut buffer = Uuid::encode_buffer();
    let uuid = Uuid::new_v5(&own, name.as_bytes());
    Some(uuid.hyphenated().encode_upper(&mut buffer).to_owned())
}
