//! Signed profiles: CMS `SignedData` (RFC 5652) with the profile inside, as MDM servers, `security cms -S` and
//! `openssl cms -sign -nodetach` write it.
//!
//! Reading and judging are apart. [`open`] takes the content out and costs a copy; [`Signed::integrity`] does the
//! arithmetic. Integrity (nothing was changed), trust (the chain leads to a given root), validity (today's date) and
//! strength (of the digest) are separate answers, because in practice most signers' certificates have expired while
//! their signatures hold.

mod algorithm;
mod ber;
mod certificate;
mod chain;
mod cost;
mod error;
mod identity;
mod identity_error;
mod integrity;
mod kdf;
mod key_store;
mod keys;
mod name;
mod pem;
mod pkits;
mod read;
mod report;
mod sign;
mod signature;
mod tests;
mod tlv;
mod verify;

pub(crate) use algorithm::Digest;
pub(crate) use certificate::Certificate;
pub(crate) use error::CmsError;
pub(crate) use identity::{Identity, normal_fingerprint};
pub(crate) use identity_error::IdentityError;
pub(crate) use integrity::Integrity;
pub(crate) use key_store::KeyStore;
pub(crate) use keys::PrivateKey;
pub(crate) use pem::certificates;
pub(crate) use read::{Signed, Signer, looks_armoured, looks_signed, open};
pub(crate) use report::{Answer, Status, day};
pub(crate) use sign::sign;
