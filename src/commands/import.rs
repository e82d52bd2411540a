//! `kextpolicy import`: a policy from what is approved already.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::audit::file::{File, Placed};
use crate::audit::import::companions::Companions;
use crate::audit::import::draft::{Draft, draft};
use crate::audit::import::listing::{self, Row};
use crate::audit::import::system_extensions;
use crate::audit::import::{mach_o, source};
use crate::commands::progress::Progress;
use crate::commands::{Context, inputs, kext_policy_db, suggest_render, write};
use crate::diagnose;
use crate::error::Error;
use crate::escape::quoted;
use crate::exit::ExitStatus;
use crate::extension::ExtensionKind;
use crate::policy;
use crate::profile::allowed::What;
use crate::profile::repository::{self, display_path};

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy import profiles /Library/Extensions -o policy.yaml",
    after_help = "Exit codes:\n  \
    0  the policy is made\n  \
    1  it is made, without what is in files that could not be read\n  \
    2  there is none: nothing approved was found, or the tool could not do its work"
)]
pub(crate) struct Args {
    /// Profiles, output of `profiles show -output stdout-xml`, a `KextPolicy` database or its listing, .kext and
    /// .systemextension bundles, and folders of these
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// Policy to write; without it the policy goes to standard output
    #[arg(short, long, value_name = "POLICY")]
    output: Option<PathBuf>,
    /// Overwrite the policy if it exists
    #[arg(long, requires = "output")]
    force: bool,
}

/// What the sources gave.
#[derive(Default)]
struct Gathered {
    /// The sources.
    files: Vec<File>,
    /// What profiles approve beside extensions.
    companions: Companions,
    /// What could not be carried over.
    remarks: Vec<String>,
    /// Whether a terminal may show how far it is.
    watched: bool,
    /// What was read.
    reads: Vec<PathBuf>,
}

/// Reads every source, then writes one policy.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let target = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    if let Some(path) = target
        && !args.force
        && fs::symlink_metadata(path).is_ok()
    {
        return Err(
            Error::new(format!("{} exists already", quoted(&display_path(path))))
                .help("name another file, or overwrite it with `--force`"),
        );
    }
    let mut gathered = Gathered {
        watched: context.watched,
        ..Gathered::default()
    };
    for path in &args.sources {
        gathered.source(path)?;
    }
    let unreadable = gathered.files.iter().any(|file| file.content.is_err());
    let draft = draft(
        &gathered.files,
        &gathered.companions,
        std::mem::take(&mut gathered.remarks),
    );
    for remark in &draft.remarks {
        writeln!(context.err, "not carried over: {remark}")?;
    }
    if draft.entries == 0 {
        return Err(
            Error::new("the sources approve nothing that a policy can hold")
                .help("`kextpolicy init` writes a policy to start from"),
        );
    }
    check(&draft)?;
    match target {
        None => context.out.document(draft.text.as_bytes())?,
        Some(path) => {
            let output = write::Output {
                path,
                links: write::Links::Follow,
                content: draft.text.as_bytes(),
            };
            let reads = write::Reads::files(gathered.reads);
            write::all_or_none(&[output], &reads, write::IfSame::Write)?;
            if !context.quiet {
                let entries = if draft.entries == 1 {
                    "1 entry".to_owned()
                } else {
                    format!("{} entries", draft.entries)
                };
                let path = display_path(path);
                writeln!(
                    context.err,
                    "wrote {} with {entries}; next: check `identifier` and `organization`, then",
                    quoted(&path)
                )?;
                suggest_render(&path, context.err)?;
            }
        }
    }
    Ok(if unreadable {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    })
}

/// Reads the policy back before anybody relies on it.
fn check(draft: &Draft) -> Result<(), Error> {
    match policy::read("import", draft.text.as_bytes()) {
        Ok(_) => Ok(()),
        Err(errors) => {
            let first = errors
                .first()
                .map(|error| error.message.as_str())
                .unwrap_or_default();
            Err(
                Error::new(format!("the imported policy would not be valid: {first}"))
                    .help("import fewer sources at once, each into a policy of its own"),
            )
        }
    }
}

impl Gathered {
    /// One source of the command line. One that is named outright and cannot be read stops the run.
    fn source(&mut self, path: &Path) -> Result<(), Error> {
        let is_folder = fs::metadata(path)
            .map_err(|error| Error::io("read", path, error))?
            .is_dir();
        if is_folder {
            return self.folder(path);
        }
        self.reads.push(path.to_owned());
        let name = display_path(path);
        let bytes = repository::read(path).map_err(|error| Error::io("read", path, error))?;
        if bytes.is_empty() {
            return Err(Error::new(format!("{} is empty", quoted(&name))).help(
                "collect it again; a database has to be copied together with its -wal file",
            ));
        }
        if bytes.starts_with(b"SQLite format 3\0") {
            return self.database(path, &name);
        }
        let file = source::property_list(&name, &bytes, &mut self.companions);
        let Err(why) = &file.content else {
            self.files.push(file);
            return Ok(());
        };
        let rows = diagnose::listed_extensions(&bytes);
        if !rows.is_empty() {
            let rows: Vec<_> = rows
                .iter()
                .map(|own| system_extensions::Row {
                    line: own.line,
                    team: own.team.as_deref(),
                    bundle: &own.bundle,
                    is_enabled: own.is_enabled,
                })
                .collect();
            let found = system_extensions::statements(&name, &rows, &mut self.remarks);
            self.files.push(source::of_statements(&name, found));
            return Ok(());
        }
        let listed = std::str::from_utf8(&bytes)
            .ok()
            .filter(|text| !text.trim_start().starts_with(['<', '{']))
            .and_then(|text| listing::read(&name, text, &mut self.remarks));
        match listed {
            Some(statements) => {
                self.files.push(source::of_statements(&name, statements));
                Ok(())
            }
            None => Err(Error::new(format!("cannot import {}: {why}", quoted(&name)))
                .help("import profiles, `profiles show -output stdout-xml`, a KextPolicy database or its listing, `systemextensionsctl list`, or bundles")),
        }
    }

    /// A `KextPolicy` database.
    fn database(&mut self, path: &Path, name: &str) -> Result<(), Error> {
        let rows = kext_policy_db::read(path)?;
        if rows.is_empty() {
            return Err(Error::new(format!("{} holds no row of a KextPolicy database", quoted(name)))
                .help("on the Mac it is /var/db/SystemPolicyConfiguration/KextPolicy; copy the -wal file beside it too"));
        }
        let mut found = Vec::new();
        for row in &rows {
            let column = |name: &str| {
                let found = row.columns.iter().find(|(own, _)| own == name);
                found.map_or("", |(_, value)| value.as_str())
            };
            let row = Row {
                table: row.table,
                team: column("team_id"),
                bundle: column("bundle_id"),
                allowed: (row.table != "kext_load_history_v3").then(|| column("allowed") == "1"),
                developer: column("developer_name"),
            };
            listing::add(name, &row, &mut found, &mut self.remarks);
        }
        self.files.push(source::of_statements(name, found));
        Ok(())
    }

    /// A folder: a bundle, or one that holds profiles and bundles.
    fn folder(&mut self, path: &Path) -> Result<(), Error> {
        let mut bundles = Vec::new();
        find_bundles(path, &mut bundles).map_err(|error| Error::io("read", path, error))?;
        bundles.sort();
        let profiles = if kind(path).is_some() {
            Vec::new()
        } else {
            let search = inputs::find(&[path.to_owned()], |_| true)?;
            for (name, why) in search.left_out.0 {
                let remark = format!("{name}: left out: {}", why.reason());
                self.remarks.push(remark);
            }
            search.inputs
        };
        if bundles.is_empty() && profiles.is_empty() {
            return Err(Error::new(format!(
                "there is nothing to import in {}",
                quoted(&display_path(path))
            ))
            .help("folders are searched for *.mobileconfig, *.kext and *.systemextension"));
        }
        let progress = Progress::new(profiles.len() + bundles.len(), self.watched);
        for profile in profiles {
            progress.step();
            self.reads.extend(profile.file().map(Path::to_owned));
            self.files.push(match profile.read() {
                Ok(bytes) => source::property_list(&profile.name, &bytes, &mut self.companions),
                Err(why) => File {
                    bytes: Box::default(),
                    content: Err(why),
                    path: profile.name.clone(),
                },
            });
        }
        for (path, kind) in bundles {
            progress.step();
            let name = display_path(&path);
            let file = match bundle(&path, &name, kind, &mut self.reads) {
                Ok(statement) => source::of_statements(&name, vec![statement]),
                Err(why) => File {
                    bytes: Box::default(),
                    path: name.into(),
                    content: Err(why),
                },
            };
            self.files.push(file);
        }
        Ok(())
    }
}

/// What kind of bundle a folder is, by its name.
fn kind(path: &Path) -> Option<ExtensionKind> {
    match path.extension()?.to_str()? {
        "kext" => Some(ExtensionKind::Kernel),
        "systemextension" => Some(ExtensionKind::System),
        _ => None,
    }
}

/// The bundles at and below a folder, kexts inside kexts too; links are not followed.
fn find_bundles(path: &Path, found: &mut Vec<(PathBuf, ExtensionKind)>) -> io::Result<()> {
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        if let Some(kind) = kind(&folder) {
            found.push((folder.clone(), kind));
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(())
}

/// What a bundle says of itself: its bundle ID and the Team ID in its signature.
fn bundle(
    path: &Path,
    name: &str,
    kind: ExtensionKind,
    reads: &mut Vec<PathBuf>,
) -> Result<Placed, String> {
    let contents = path.join("Contents");
    let mut read = |below: PathBuf| {
        // A link inside of a bundle must not lead out of it.
        if !fs::canonicalize(&below)?.starts_with(fs::canonicalize(path)?) {
            return Err(io::Error::other("it is a link out of the bundle"));
        }
        let bytes = repository::read(&below);
        reads.push(below);
        bytes
    };
    let info = read(contents.join("Info.plist"))
        .map_err(|error| format!("it has no readable Contents/Info.plist: {error}"))?;
    let (identifier, program) = source::bundle_info(name, &info)?;
    let team = match program {
        // The name is untrusted: it must not lead out of the bundle.
        Some(program) if program.contains(['/', '\\']) || program.starts_with('.') => {
            return Err(format!("its program has the name {}", quoted(&program)));
        }
        Some(program) => {
            let bytes = read(contents.join("MacOS").join(&program)).map_err(|error| {
                format!("its program {} cannot be read: {error}", quoted(&program))
            })?;
            mach_o::team(&bytes)
        }
        // A bundle without a program keeps its code directory in a file.
        None => match read(contents.join("_CodeSignature").join("CodeDirectory")) {
            Ok(bytes) => mach_o::code_directory(&bytes),
            Err(_) => Err(mach_o::MachOError::Unsigned),
        },
    };
    let team = match team {
        Ok(team) => team,
        Err(mach_o::MachOError::Unsigned) if kind == ExtensionKind::Kernel => {
            return Err(format!(
                "{} is not signed; if it is a legacy kext you trust, add it by hand as `unsigned: true`",
                quoted(&identifier)
            ));
        }
        Err(error) => return Err(format!("{}: {error}", quoted(&identifier))),
    };
    let what = What::Bundle(team.into(), identifier.into());
    Ok(source::placed(
        name,
        "Info.plist and code signature",
        kind,
        what,
    ))
}
