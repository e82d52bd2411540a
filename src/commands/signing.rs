//! Who signs: the flags that name a certificate and its key, and the way from there to an identity. Shared by `sign`
//! and `render`. Passphrases come from a terminal, the environment or a file, never from an argument, which every user
//! of the machine could read.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::cms::{self, Certificate, Identity, IdentityError, KeyStore, PrivateKey};
use crate::error::Error;
use crate::escape::quoted;
use crate::profile::repository;

/// The flags of `render` for signing what it writes.
#[derive(Debug, clap::Args)]
pub(crate) struct SigningArgs {
    /// Sign with this certificate (PEM or DER; further certificates in the file become the chain)
    #[arg(
        long,
        value_name = "PEM",
        requires = "sign_key",
        conflicts_with = "sign_p12"
    )]
    sign_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM, encrypted or not)
    #[arg(
        long,
        value_name = "PEM",
        requires = "sign_cert",
        conflicts_with = "sign_p12"
    )]
    sign_key: Option<PathBuf>,
    /// Certificates between the signer's and the root (PEM)
    #[arg(long, value_name = "PEM", requires = "sign_cert")]
    sign_chain: Option<PathBuf>,
    /// Sign with the key and certificates of this PKCS#12 file
    #[arg(long, value_name = "FILE")]
    sign_p12: Option<PathBuf>,
    /// How the passphrase is found, and which certificate is meant
    #[command(flatten)]
    common: CommonArgs,
}

/// The flags that `sign` and `render` share by name.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CommonArgs {
    /// Choose the certificate by its SHA-256 fingerprint, if there are several
    #[arg(long, value_name = "SHA256")]
    fingerprint: Option<String>,
    /// Take the passphrase of the key from this environment variable
    #[arg(long, value_name = "NAME", conflicts_with = "passphrase_file")]
    passphrase_env: Option<String>,
    /// Take the passphrase of the key from the first line of this file
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Sign although the certificate has expired or is not valid yet
    #[arg(long)]
    allow_expired: bool,
}

/// Where a key and its certificate lie.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Material<'a> {
    /// In files of their own.
    Pem {
        /// The certificate.
        cert: &'a Path,
        /// The key.
        key: &'a Path,
        /// More certificates.
        chain: Option<&'a Path>,
    },
    /// In a PKCS#12 key store.
    KeyStore(&'a Path),
}

impl<'a> Material<'a> {
    /// The files it is read from.
    pub(crate) fn files(self, args: &'a CommonArgs) -> impl Iterator<Item = &'a Path> {
        let own = match self {
            Self::Pem { cert, key, chain } => [Some(cert), Some(key), chain],
            Self::KeyStore(store) => [Some(store), None, None],
        };
        own.into_iter()
            .flatten()
            .chain(args.passphrase_file.as_deref())
    }
}

impl SigningArgs {
    /// Whether signing is asked for.
    pub(crate) fn is_asked(&self) -> bool {
        self.sign_cert.is_some() || self.sign_p12.is_some()
    }

    /// Where the key and certificate lie, if signing is asked for.
    fn material(&self) -> Option<Material<'_>> {
        match (&self.sign_cert, &self.sign_key, &self.sign_p12) {
            (Some(cert), Some(key), _) => Some(Material::Pem {
                cert,
                key,
                chain: self.sign_chain.as_deref(),
            }),
            (_, _, Some(store)) => Some(Material::KeyStore(store)),
            _ => None,
        }
    }

    /// The files that the key, certificates and passphrase are read from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let material = self.material().into_iter();
        material.flat_map(|material| material.files(&self.common))
    }

    /// The identity to sign with; `None` if signing was not asked for.
    pub(crate) fn identity(&self) -> Result<Option<Identity>, Error> {
        let load = |material| load(material, &self.common);
        self.material().map(load).transpose()
    }
}

/// Loads the identity and checks that its certificate is valid today.
pub(crate) fn load(material: Material<'_>, args: &CommonArgs) -> Result<Identity, Error> {
    let fingerprint = args.fingerprint.as_deref();
    if let Some(text) = fingerprint
        && cms::normal_fingerprint(text).is_none()
    {
        return Err(Error::new(format!(
            "{} is not a SHA-256 fingerprint",
            quoted(text)
        ))
        .help("write its 64 hexadecimal digits; `openssl x509 -noout -fingerprint -sha256 -in CERT` prints them"));
    }
    let identity = match material {
        Material::Pem { cert, key, chain } => {
            let private = private_key(key, args)?;
            let own = certificates(cert)?;
            let mut identity = Identity::choose(&[private], &own, fingerprint)
                .map_err(|error| refused(key, &error))?;
            if let Some(chain) = chain {
                identity.chain.extend(certificates(chain)?);
            }
            identity
        }
        Material::KeyStore(path) => {
            let store = key_store(path, args)?;
            Identity::choose(&store.keys, &store.certificates, fingerprint)
                .map_err(|error| refused(path, &error))?
        }
    };
    let certificate = &identity.certificate;
    if !args.allow_expired && !certificate.is_valid(now()) {
        let (state, day) = if certificate.not_after() < now() {
            ("expired on", certificate.not_after())
        } else {
            ("is not valid before", certificate.not_before())
        };
        return Err(Error::new(format!(
            "the certificate of {} {state} {}",
            quoted(&certificate.subject()),
            cms::day(day.date())
        ))
        .help("sign with a valid certificate, or say `--allow-expired`"));
    }
    Ok(identity)
}

/// The certificates of a file.
pub(super) fn certificates(path: &Path) -> Result<Vec<Certificate>, Error> {
    cms::certificates(&read(path)?).map_err(|error| refused(path, &error))
}

/// The private key of a file; asks for its passphrase if it is encrypted.
fn private_key(path: &Path, args: &CommonArgs) -> Result<PrivateKey, Error> {
    let file = Zeroizing::new(read(path)?);
    let key = match PrivateKey::read(&file, None) {
        Err(IdentityError::NeedsPassphrase) => {
            let passphrase = passphrase(path, args)?;
            PrivateKey::read(&file, Some(&passphrase))
        }
        other => other,
    };
    key.map_err(|error| refused(path, &error))
}

/// The keys and certificates of a key store. Without a passphrase given it is tried without one before anybody is asked.
fn key_store(path: &Path, args: &CommonArgs) -> Result<KeyStore, Error> {
    let file = Zeroizing::new(read(path)?);
    let is_given = args.passphrase_env.is_some() || args.passphrase_file.is_some();
    if !is_given {
        match KeyStore::open(&file, "") {
            Err(IdentityError::WrongPassphrase) => {}
            other => return other.map_err(|error| refused(path, &error)),
        }
    }
    let passphrase = passphrase(path, args)?;
    KeyStore::open(&file, &passphrase).map_err(|error| refused(path, &error))
}

/// The passphrase of a file: from the environment, a file, or whoever sits at the terminal.
fn passphrase(path: &Path, args: &CommonArgs) -> Result<Zeroizing<String>, Error> {
    if let Some(name) = &args.passphrase_env {
        return std::env::var(name).map(Zeroizing::new).map_err(|error| {
            Error::new(format!(
                "cannot take the passphrase from the environment variable {}",
                quoted(name)
            ))
            .because(error)
            .help("set and export the variable; the flag wants its name, not the passphrase")
        });
    }
    if let Some(file) = &args.passphrase_file {
        let text = Zeroizing::new(
            repository::read_text(file).map_err(|error| Error::io("read", file, error))?,
        );
        return Ok(Zeroizing::new(
            text.lines().next().unwrap_or_default().to_owned(),
        ));
    }
    if !std::io::stdin().is_terminal() {
        return Err(refused(path, &IdentityError::NeedsPassphrase));
    }
    let question = format!("Passphrase of {}: ", quoted(&path.display().to_string()));
    rpassword::prompt_password(question)
        .map(Zeroizing::new)
        .map_err(|error| refused(path, &IdentityError::NeedsPassphrase).because(error))
}

/// Reads a file.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    repository::read(path).map_err(|error| Error::io("read", path, error))
}

/// Why a key or certificate cannot be used.
fn refused(path: &Path, error: &IdentityError) -> Error {
    Error::new(format!(
        "cannot use {}",
        quoted(&path.display().to_string())
    ))
    .because(error.clone())
    .help(error.help())
}

/// The time to write into signatures: `SOURCE_DATE_EPOCH` if it is set, so that builds repeat
/// (<https://reproducible-builds.org/specs/source-date-epoch/>), else now.
pub(crate) fn signing_time() -> Result<OffsetDateTime, Error> {
    /// The variable's name.
    const NAME: &str = "SOURCE_DATE_EPOCH";
    let Some(text) = std::env::var_os(NAME) else {
        return Ok(now());
    };
    let text = text.to_string_lossy();
    text.parse::<u32>()
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(i64::from(seconds)).ok())
        .ok_or_else(|| {
            Error::new(format!("{NAME} is {}, which is not a time", quoted(&text)))
                .help("set it to seconds since 1970, such as the output of `git log -1 --format=%ct`, or unset it")
        })
}

/// Now, in whole seconds.
pub(super) fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    now.replace_nanosecond(0).unwrap_or(now)
}
