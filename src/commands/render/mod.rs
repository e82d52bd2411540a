//! `kextpolicy render`: policies in, profiles out; or, with `--check`, what differs from them.

mod drift;
mod notes;
pub(crate) mod proof;

use std::path::{Path, PathBuf};

use proof::Fault;

use crate::cms;
use crate::commands::signing::{self, SigningArgs};
use crate::commands::write::{self, IfSame, Links, Reads, Written};
use crate::commands::{Context, policy_file};
use crate::error::Error;
use crate::escape::{quoted, shell_word};
use crate::exit::ExitStatus;
use crate::lint::request::asks_for_a_value;
use crate::output::policy_errors;
use crate::policy::{self, Policy, PolicyError};
use crate::render::{self, RenderError, Rendered};
use crate::target::Target;

/// Arguments of `render`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy render policy.yaml --target jamf,intune --out-dir out",
    after_help = "Exit codes:\n  \
    0  everything is written, or with --check already as the policies say\n  \
    1  with --check: a file is missing or differs\n  \
    2  a policy has faults and nothing was written, or the tool could not do its work"
)]
#[command(group(clap::ArgGroup::new("destination").required(true).multiple(true).args(["output", "out_dir", "print"])))]
pub(crate) struct Args {
    /// Policies, as `kextpolicy init` writes them; - reads one from standard input
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<PathBuf>,
    /// The MDM servers to write for, separated by commas [default: those the policy names, else all]
    #[arg(long, value_enum, value_name = "TARGET", value_delimiter = ',')]
    target: Vec<Target>,
    /// Write the one file there is to this file; - prints it
    #[arg(short, long, value_name = "FILE", conflicts_with = "out_dir")]
    output: Option<PathBuf>,
    /// Write the files into this folder, which is created if it is missing
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
    /// Write nothing; show how the files differ from the policy and fail if they do
    #[arg(long, conflicts_with = "print")]
    check: bool,
    /// Also write the bodies of the API requests that create the profiles on the server
    #[arg(long)]
    request: bool,
    /// Print the files; without --output and --out-dir nothing is written
    #[arg(long)]
    print: bool,
    /// Who signs
    #[command(flatten)]
    signing: SigningArgs,
}

/// A file of the run.
struct File {
    /// Its name.
    name: String,
    /// What it should say, unsigned.
    text: String,
    /// What is written.
    content: Vec<u8>,
    /// Whether it is a profile, which may be signed.
    is_profile: bool,
}

/// Renders everything, proves it, then writes or compares everything.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let Some(policies) = read(args, context)? else {
        return Ok(ExitStatus::Failure);
    };
    let Some(rendered) = render_all(args, &policies, context)? else {
        return Ok(ExitStatus::Failure);
    };
    refuse_same_names(&rendered)?;
    let is_signing = args.signing.is_asked();
    if is_signing && args.request {
        return Err(
            Error::new("request bodies carry profiles unsigned, so `--request` and `--sign-…` do not go together")
                .help("Jamf Pro's API strips signatures; render twice, into two folders"),
        );
    }
    let mut files = files(&rendered, args.request);
    let destinations = destinations(args, &files)?;
    if args.check {
        if destinations.iter().any(|path| path == Path::new("-")) {
            return Err(Error::new("`--check` compares files, and `-` is none")
                .help("name the file or folder to compare with"));
        }
        return drift::check(&files, &destinations, is_signing, context);
    }
    sign(args, &mut files)?;
    if args.print || destinations == [Path::new("-")] {
        print(&files, context)?;
    }
    if destinations == [Path::new("-")] || destinations.is_empty() {
        return Ok(ExitStatus::Clean);
    }
    let outputs: Vec<write::Output<'_>> = files
        .iter()
        .zip(&destinations)
        .map(|(file, path)| write::Output {
            path,
            links: if args.out_dir.is_some() {
                Links::Refuse
            } else {
                Links::Follow
            },
            content: &file.content,
        })
        .collect();
    let reads = Reads::files(&args.policies).and(args.signing.files());
    let written = write::all_or_none(&outputs, &reads, IfSame::Leave)?;
    if !context.quiet {
        for (path, written) in destinations.iter().zip(written) {
            let word = match written {
                Written::New | Written::Replaced => "wrote",
                Written::Unchanged => "unchanged",
            };
            writeln!(context.err, "{word} {}", shown(path))?;
        }
        notes::write(&policies, &rendered, args.request, context.err)?;
        if let Some(folder) = &args.out_dir {
            notes::next(
                &rendered,
                &shell_word(&folder.display().to_string()),
                context.err,
            )?;
        }
    }
    Ok(ExitStatus::Clean)
}

/// Reads all policies; `None` after the faults of all of them were shown.
fn read(args: &Args, context: &mut Context<'_>) -> Result<Option<Vec<Policy>>, Error> {
    let today = signing::now().date();
    let mut policies = Vec::new();
    for path in &args.policies {
        let bytes = policy_file::read(path)?;
        let name = path.to_string_lossy().replace('\\', "/");
        match policy::read(&name, &bytes) {
            Ok(policy) => {
                let mut warnings = placeholders(&policy);
                warnings.extend(policy::expired(&policy, today));
                if !warnings.is_empty() {
                    policy_errors::warnings(&name, &bytes, &warnings, context.err)?;
                }
                notes::example_names(&policy, context.err)?;
                policies.push(policy);
            }
            Err(errors) => {
                policy_errors::errors(&name, &bytes, &errors, context.err)?;
            }
        }
    }
    Ok((policies.len() == args.policies.len()).then_some(policies))
}

/// Names that `kextpolicy init` wrote for the reader to replace.
fn placeholders(policy: &Policy) -> Vec<PolicyError> {
    let identifier = (
        "identifier",
        policy.identifier.value.as_str(),
        policy.identifier.span,
        "a Mac would know the profiles by it for ever",
        "com.contoso.extensions",
    );
    let organization = (
        "organization",
        policy.organization.value.as_str(),
        policy.organization.span,
        "people would see it in System Settings",
        "Contoso",
    );
    [identifier, organization]
        .into_iter()
        .filter(|(_, value, ..)| asks_for_a_value(value))
        .map(|(key, _, span, label, example)| {
            let message = format!("`{key}` is still the placeholder that `kextpolicy init` wrote");
            let help = format!("write your own, such as `{key}: {example}`");
            PolicyError::new(span, message, label, help)
        })
        .collect()
}

/// The targets of a policy: those asked for, else its own.
fn targets(args: &Args, policy: &Policy) -> Vec<Target> {
    Target::ALL
        .into_iter()
        .filter(|target| {
            if !args.target.is_empty() {
                return args.target.contains(target);
            }
            match target {
                Target::Generic => policy.targets.generic,
                Target::Jamf => policy.targets.jamf.is_some(),
                Target::Intune => policy.targets.intune.is_some(),
            }
        })
        .collect()
}

/// Renders all policies and proves each file; `None` after showing what a target cannot take.
fn render_all(
    args: &Args,
    policies: &[Policy],
    context: &mut Context<'_>,
) -> Result<Option<Vec<Rendered>>, Error> {
    let mut all = Vec::new();
    let mut failed = false;
    for policy in policies {
        let mut refused = Vec::new();
        for target in targets(args, policy) {
            match render::render(policy, target) {
                Ok(files) => {
                    proof::prove(policy, target, &files).map_err(|fault| match fault {
                        Fault::Policy(why) => wrong(policy, &why),
                        Fault::Tool(why) => bug(policy, &why),
                    })?;
                    all.extend(files);
                }
                Err(RenderError::Policy(errors)) => refused.extend(errors),
                Err(RenderError::Template(error)) => return Err(bug(policy, &error.to_string())),
            }
        }
        if !refused.is_empty() {
            failed = true;
            let text = policy.text.as_bytes();
            policy_errors::errors(&policy.path, text, &refused, context.err)?;
        }
    }
    Ok((!failed).then_some(all))
}

/// A policy that is valid, and whose profile is not.
fn wrong(policy: &Policy, why: &str) -> Error {
    Error::new(format!(
        "the profiles of {} would have an error ({why}); nothing was written",
        quoted(&policy.path)
    ))
    .help("change the policy; `kextpolicy explain` says what each rule is about")
}

/// A fault of this tool, found before anything was written.
fn bug(policy: &Policy, why: &str) -> Error {
    Error::new(format!(
        "internal error: the profiles of {} are not what they should be ({why}); nothing was written",
        quoted(&policy.path)
    ))
    .help("this is a fault of kextpolicy: please report it with the policy")
}

/// Refuses two policies that make the same file, on file systems without case too.
fn refuse_same_names(rendered: &[Rendered]) -> Result<(), Error> {
    let mut seen = std::collections::BTreeSet::new();
    for file in rendered {
        if !seen.insert(file.name.to_lowercase()) {
            return Err(
                Error::new(format!("two policies would write {}", quoted(&file.name))).help(
                    "give each policy an `identifier` of its own; it is where the name comes from",
                ),
            );
        }
    }
    Ok(())
}

/// Every file of the run, bodies behind their profiles.
fn files(rendered: &[Rendered], with_requests: bool) -> Vec<File> {
    let mut files = Vec::new();
    for profile in rendered {
        files.push(File::new(&profile.name, &profile.content, true));
        if with_requests {
            let requests = profile.requests.iter();
            files.extend(requests.map(|body| File::new(&body.name, &body.content, false)));
        }
    }
    files
}

impl File {
    /// A file that is not signed.
    fn new(name: &str, text: &str, is_profile: bool) -> Self {
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            content: text.as_bytes().to_vec(),
            is_profile,
        }
    }
}

/// Where each file goes; none if they are only printed.
fn destinations(args: &Args, files: &[File]) -> Result<Vec<PathBuf>, Error> {
    if let Some(folder) = &args.out_dir {
        return Ok(files.iter().map(|file| folder.join(&file.name)).collect());
    }
    let Some(output) = &args.output else {
        return Ok(Vec::new());
    };
    if let [_] = files {
        return Ok(vec![output.clone()]);
    }
    let names: Vec<String> = files.iter().map(|file| quoted(&file.name)).collect();
    Err(Error::new(format!(
        "`--output` takes one file, and there are {}: {}",
        files.len(),
        names.join(", ")
    ))
    .help("use `--out-dir DIR`, or name one target with `--target`"))
}

/// Signs the profiles, if somebody signs.
fn sign(args: &Args, files: &mut [File]) -> Result<(), Error> {
    let Some(identity) = args.signing.identity()? else {
        return Ok(());
    };
    let time = signing::signing_time()?;
    for file in files.iter_mut().filter(|file| file.is_profile) {
        file.content = cms::sign(file.text.as_bytes(), &identity, time).map_err(|error| {
            Error::new(format!("cannot sign {}", quoted(&file.name)))
                .because(error.clone())
                .help(error.help())
        })?;
    }
    Ok(())
}

/// Prints the files; several with their names above.
fn print(files: &[File], context: &mut Context<'_>) -> Result<(), Error> {
    for file in files {
        if files.len() > 1 {
            writeln!(context.out, "==> {} <==", file.name)?;
        }
        context.out.document(&file.content)?;
    }
    Ok(())
}

/// A path for a message.
fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}
