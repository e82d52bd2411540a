//! What rules are given: the values of one profile, its differences from Apple's description, all profiles of a run
//! together, and those beside the policy.

pub(crate) mod against;
pub(crate) mod conditions;
pub(crate) mod deviation;
pub(crate) mod facts;
pub(crate) mod placeholder;
pub(crate) mod programs;
pub(crate) mod repository;
pub(crate) mod request;
pub(crate) mod requirements;
pub(crate) mod reread;
pub(crate) mod stable_uuid;
pub(crate) mod values;

mod case_insensitive;
mod digest;
mod name_hash;
