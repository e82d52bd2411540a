//! Where the documentation is: by address, because an installed tool has no `docs/` folder. The repository's address is
//! in Cargo.toml and nowhere else in the code.

/// The address of a page of `docs/`, such as `jamf.md` or `rules.md#user-scope`.
pub(crate) fn page(name: &str) -> String {
    format!("{}/blob/main/docs/{name}", env!("CARGO_PKG_REPOSITORY"))
}
