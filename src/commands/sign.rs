//! `kextpolicy sign`: signs profiles on any system, as `security cms -S` does on a Mac.

use std::path::{Path, PathBuf};

use crate::cms::{self, CmsError, Identity, Integrity};
use crate::commands::progress::Progress;
use crate::commands::signing::{self, CommonArgs, Material};
use crate::commands::write::{self, IfSame, Links, Output, Reads};
use crate::commands::{Context, inputs};
use crate::error::Error;
use crate::escape::quoted;
use crate::exit::ExitStatus;
use crate::profile::{repository, with_document};

/// Arguments of `sign`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy sign out --out-dir signed --p12 signer.p12")]
#[command(group(clap::ArgGroup::new("destination").required(true).args(["output", "out_dir", "in_place"])))]
#[command(group(clap::ArgGroup::new("identity").required(true).args(["cert", "p12"])))]
pub(crate) struct Args {
    /// Profiles to sign, or folders searched for *.mobileconfig
    #[arg(required = true, value_name = "PATH")]
    files: Vec<PathBuf>,
    /// Write the signed profile to this file; - prints it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the signed profiles into this folder under their own names
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
    /// Replace the profiles by their signed form
    #[arg(long)]
    in_place: bool,
    /// The signer's certificate (PEM or DER; further certificates in the file become the chain)
    #[arg(long, alias = "sign-cert", value_name = "PEM", requires = "key")]
    cert: Option<PathBuf>,
    /// The private key of the certificate (PEM, encrypted or not)
    #[arg(long, alias = "sign-key", value_name = "PEM", requires = "cert")]
    key: Option<PathBuf>,
    /// Certificates between the signer's and the root (PEM)
    #[arg(long, alias = "sign-chain", value_name = "PEM", requires = "cert")]
    chain: Option<PathBuf>,
    /// The key and certificates in a PKCS#12 file
    #[arg(long, alias = "sign-p12", value_name = "FILE")]
    p12: Option<PathBuf>,
    /// Which certificate, and how the passphrase is found
    #[command(flatten)]
    common: CommonArgs,
    /// Sign again what is signed already, and sign files that are not readable profiles
    #[arg(long)]
    force: bool,
}

/// Signs all files, then writes all: a file that cannot be signed leaves everything as it was.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    outside(args)?;
    let files = inputs::expanded(&args.files, context)?;
    let files: Vec<PathBuf> = files.into_iter().collect::<Result<_, _>>()?;
    let destinations = destinations(args, &files)?;
    let time = signing::signing_time()?;
    let mut contents = Vec::new();
    for path in &files {
        contents.push(content(path, args.force)?);
    }
    let material = material(args)?;
    let identity = signing::load(material, &args.common)?;
    let mut signed = Vec::new();
    let progress = Progress::new(contents.len(), context.watched);
    for (content, path) in contents.iter().zip(&files) {
        progress.step();
        let message = cms::sign(content, &identity, time).map_err(|error| {
            Error::new(format!("cannot sign {}", shown(path)))
                .because(error.clone())
                .help(error.help())
        })?;
        signed.push(message);
    }
    drop(progress);
    if destinations == [Path::new("-")] {
        context.out.document(&signed.concat())?;
        return Ok(ExitStatus::Clean);
    }
    let outputs: Vec<Output<'_>> = signed
        .iter()
        .zip(&destinations)
        .map(|(content, path)| Output {
            path,
            links: if args.out_dir.is_some() {
                Links::Refuse
            } else {
                Links::Follow
            },
            content,
        })
        .collect();
    let mut reads = Reads::files(material.files(&args.common));
    if !args.in_place {
        reads = reads.and(&files);
    }
    write::all_or_none(&outputs, &reads, IfSame::Write)?;
    if !context.quiet {
        for (from, to) in files.iter().zip(&destinations) {
            writeln!(context.err, "{}", report(from, to, &identity))?;
        }
    }
    Ok(ExitStatus::Clean)
}

/// Where the key and certificate lie.
fn material(args: &Args) -> Result<Material<'_>, Error> {
    match (&args.cert, &args.key, &args.p12) {
        (Some(cert), Some(key), None) => Ok(Material::Pem {
            cert,
            key,
            chain: args.chain.as_deref(),
        }),
        (None, None, Some(store)) => Ok(Material::KeyStore(store)),
        // The parser refuses these; an error is better than a guess if it ever does not.
        _ => {
            Err(Error::new("the signer is not named")
                .help("give `--cert` with `--key`, or `--p12`"))
        }
    }
}

/// Refuses to write into a folder that is searched: the next run would find what this one signed.
fn outside(args: &Args) -> Result<(), Error> {
    let place = |path: &Path| std::path::absolute(path).ok();
    let Some(out) = args.out_dir.as_deref().and_then(place) else {
        return Ok(());
    };
    let mut folders = args.files.iter().filter(|path| path.is_dir());
    let holds = |folder: &&PathBuf| place(folder).is_some_and(|folder| out.starts_with(folder));
    folders.find(holds).map_or(Ok(()), |folder| {
        let to = args.out_dir.as_deref().unwrap_or(folder);
        Err(Error::new(format!(
            "{} is in the folder {}, whose profiles are to be signed",
            shown(to),
            shown(folder)
        ))
        .help("name a folder beside it, or use `--in-place`"))
    })
}

/// The file each signed profile goes to.
fn destinations(args: &Args, files: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    if args.in_place {
        return Ok(files.to_vec());
    }
    if let Some(output) = &args.output {
        if files.len() > 1 {
            return Err(Error::new(format!(
                "`--output` takes one profile, and there are {}",
                files.len()
            ))
            .help("use `--out-dir DIR` or `--in-place`"));
        }
        return Ok(vec![output.clone()]);
    }
    let folder = args.out_dir.as_deref().unwrap_or(Path::new("."));
    let mut found: Vec<PathBuf> = Vec::new();
    for path in files {
        let name = path.file_name().ok_or_else(|| {
            Error::new(format!("{} is not the name of a file", shown(path))).help("name a profile")
        })?;
        let to = folder.join(name);
        if found.contains(&to) {
            return Err(
                Error::new(format!("two profiles would be written to {}", shown(&to)))
                    .help("sign them into different folders"),
            );
        }
        found.push(to);
    }
    Ok(found)
}

/// What is to be signed: the file, or with `--force` what was signed in it.
fn content(path: &Path, force: bool) -> Result<Vec<u8>, Error> {
    let bytes = repository::read(path).map_err(|error| Error::io("read", path, error))?;
    if cms::looks_signed(&bytes) || cms::looks_armoured(&bytes) {
        return inner(path, &bytes, force);
    }
    let is_refused = with_document(&path.to_string_lossy(), &bytes, |document| {
        document.is_refused() || document.root().is_none()
    });
    if is_refused && !force {
        return Err(Error::new(format!(
            "{} is not a profile that a Mac can read",
            shown(path)
        ))
        .help("`kextpolicy lint` says why; `--force` signs it all the same"));
    }
    Ok(bytes)
}

/// What was signed before. A signature that does not hold is never replaced by one that does.
fn inner(path: &Path, bytes: &[u8], force: bool) -> Result<Vec<u8>, Error> {
    let failed = |error: CmsError| {
        let help = error.help();
        Error::new(format!("cannot sign {}", shown(path)))
            .because(error)
            .help(help)
    };
    let signed = cms::open(bytes).map_err(failed)?;
    if !force {
        let by = signed
            .signer_name()
            .map_or_else(String::new, |name| format!(" by {}", quoted(&name)));
        return Err(Error::new(format!("{} is already signed{by}", shown(path)))
            .help("`--force` takes the profile out and signs it again"));
    }
    if let Integrity::Broken(fault) = signed.integrity() {
        return Err(
            Error::new(format!("the signature in {} does not hold", shown(path)))
                .because(fault.clone())
                .help("get the profile again from its source"),
        );
    }
    Ok(signed.content().to_vec())
}

/// What was done.
fn report(from: &Path, to: &Path, identity: &Identity) -> String {
    let by = quoted(&identity.certificate.subject());
    if from == to {
        format!("signed {} as {by}", shown(to))
    } else {
        format!("signed {} as {by}: wrote {}", shown(from), shown(to))
    }
}

/// A path for a message.
fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}
