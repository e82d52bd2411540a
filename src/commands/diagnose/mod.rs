//! `kextpolicy diagnose`: why an extension is blocked and what to do next.

mod evidence;
mod live;

use std::path::{Path, PathBuf};

use crate::commands::{Context, write};
use crate::diagnose::{self, Answer, Fact, Input, Subject, Verdict};
use crate::error::Error;
use crate::escape::{quoted, visible};
use crate::exit::ExitStatus;
use crate::identifier::{BundleIdentifier, TeamIdentifier};
use crate::output::diagnosis::{self, Diagnosis};
use crate::output::policy_errors;
use crate::policy;
use crate::profile::repository;

/// Arguments of `diagnose`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  kextpolicy diagnose health.txt extensions.txt   # what commands of the Mac printed\n  \
    kextpolicy diagnose --collect-script > collect.sh   # to be run on the Mac\n  \
    kextpolicy diagnose --dir FOLDER                    # with what it collected",
    after_help = "Exit codes:\n  \
    0  it works\n  \
    1  it is blocked or does not work fully, or the evidence contradicts itself\n  \
    2  the evidence does not show it, or the tool could not do its work"
)]
pub(crate) struct Args {
    /// What commands of the Mac printed: each file is recognised by its content; - reads standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Run the commands on this Mac (with sudo it learns more)
    #[arg(long)]
    live: bool,
    /// Read the folder that the collect script made
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Output of `mdatp health` (text or JSON); - reads standard input
    #[arg(long, value_name = "FILE")]
    mdatp_health: Vec<PathBuf>,
    /// Output of `kextutil` or `kextload`
    #[arg(long, visible_alias = "kextload", value_name = "FILE")]
    kextutil: Vec<PathBuf>,
    /// Output of `kmutil load`, `kmutil showloaded` or its log
    #[arg(long, value_name = "FILE")]
    kmutil: Vec<PathBuf>,
    /// Output of `kextstat`
    #[arg(long, value_name = "FILE")]
    kextstat: Vec<PathBuf>,
    /// Output of `systemextensionsctl list`
    #[arg(long, value_name = "FILE")]
    systemextensionsctl: Vec<PathBuf>,
    /// Output of `profiles show -output stdout-xml`
    #[arg(long, value_name = "FILE")]
    profiles: Vec<PathBuf>,
    /// Output of `system_profiler -json SPConfigurationProfileDataType`
    #[arg(long, value_name = "FILE")]
    system_profiler: Vec<PathBuf>,
    /// Output of `profiles status -type enrollment`
    #[arg(long, value_name = "FILE")]
    enrollment: Vec<PathBuf>,
    /// The KextPolicy database, or what `sqlite3` lists of it
    #[arg(long, value_name = "FILE")]
    kext_policy_db: Vec<PathBuf>,
    /// Output of `spctl kext-consent status` or `list`
    #[arg(long, value_name = "FILE")]
    spctl: Vec<PathBuf>,
    /// Output of `csrutil status`
    #[arg(long, value_name = "FILE")]
    csrutil: Vec<PathBuf>,
    /// Output of `bputil -d` (Apple silicon)
    #[arg(long, value_name = "FILE")]
    bputil: Vec<PathBuf>,
    /// Policy file to compare with
    #[arg(long, value_name = "POLICY")]
    policy: Option<PathBuf>,
    /// Write the policy that approves it to this file, which must not exist yet
    #[arg(long, value_name = "FILE")]
    write_policy: Option<PathBuf>,
    /// Whose extension; default: Microsoft's
    #[arg(long, value_name = "ID", requires = "bundle_id")]
    team_id: Option<String>,
    /// Which extension (may be repeated); default: those of Microsoft Defender
    #[arg(long, value_name = "ID", requires = "team_id")]
    bundle_id: Vec<String>,
    /// How this Mac gets its profiles: shows the next steps for that way only
    #[arg(long, value_enum, value_name = "WAY")]
    deployment: Option<Deployment>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
    /// Print the shell script that collects everything on a Mac
    #[arg(long, exclusive = true)]
    collect_script: bool,
}

/// How the answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading in a terminal
    Text,
    /// For programs
    Json,
}

/// How an approval reaches the Mac.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Deployment {
    /// With Jamf Pro
    Jamf,
    /// With Intune
    Intune,
    /// By hand on the Mac
    Manual,
}

impl Deployment {
    /// Keeps the next steps of this way only.
    fn narrow(self, answer: &mut Answer<'_>) {
        if self != Self::Jamf {
            answer.steps.jamf.clear();
        }
        if self != Self::Intune {
            answer.steps.intune.clear();
        }
        if self == Self::Manual {
            // Nothing is rendered for an approval by hand.
            answer.steps.policy = None;
        } else {
            answer.steps.by_hand.clear();
        }
    }
}

/// The script of `--collect-script`.
const COLLECT: &str = include_str!("../../../templates/collect.sh");

/// Reads, judges, prints.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    if args.collect_script {
        context.out.document(COLLECT.as_bytes())?;
        return Ok(ExitStatus::Clean);
    }
    let subject = subject(args)?;
    let mut evidence = evidence::Evidence::default();
    for (input, path) in files(args)? {
        evidence::named_file(input, path, &subject, &mut evidence)?;
    }
    if let Some(folder) = &args.dir {
        evidence::collected(folder, &subject, &mut evidence)?;
    }
    if args.live {
        evidence::live(&subject, &mut evidence)?;
    }
    if evidence.notes.is_empty() {
        return Err(Error::new("nothing to diagnose was given").help(
            "name files with what commands of the Mac printed; or `--dir DIR` after `--collect-script`; or `--live` on a Mac",
        ));
    }
    if let Some(path) = &args.policy {
        evidence
            .facts
            .extend(policy_facts(path, &subject, context)?);
    }
    let mut answer = diagnose::answer(
        &evidence.facts,
        &evidence.given,
        &evidence.not_understood,
        &subject,
    );
    if let Some(way) = args.deployment {
        way.narrow(&mut answer);
    }
    if let Some(path) = &args.write_policy {
        write_policy(path, &mut answer, context)?;
    }
    let diagnosis = Diagnosis {
        not_understood: &evidence.not_understood,
        answer: &answer,
        subject: &subject,
        dir: args.dir.as_deref().map(repository::display_path),
        notes: &evidence.notes,
        status: verdict(answer.verdict),
    };
    match args.format {
        Format::Text => diagnosis::text(&diagnosis, context.out)?,
        Format::Json => diagnosis::json(&diagnosis, context.out)?,
    }
    Ok(diagnosis.status)
}

/// The exit code of a verdict.
fn verdict(verdict: Verdict) -> ExitStatus {
    match verdict {
        Verdict::Healthy => ExitStatus::Clean,
        Verdict::Blocked | Verdict::Contradictory | Verdict::SwitchedOff | Verdict::Impaired => {
            ExitStatus::Findings
        }
        // No answer must never pass for a good one in a script.
        Verdict::NotKnown => ExitStatus::Failure,
    }
}

/// The extension the question is about.
fn subject(args: &Args) -> Result<Subject, Error> {
    let Some(team) = &args.team_id else {
        return Subject::defender().ok_or_else(|| Error::new("the default extension is not known"));
    };
    let wrong = |option: &str, value: &str, why: String| {
        Error::new(format!("{option} {} {why}", quoted(value)))
            .help("a Team ID looks like UBF8T346G9, a bundle ID like com.microsoft.wdavkext")
    };
    let team =
        TeamIdentifier::new(team).map_err(|why| wrong("--team-id", team, why.to_string()))?;
    let bundles = args
        .bundle_id
        .iter()
        .map(|id| {
            BundleIdentifier::new(id).map_err(|why| wrong("--bundle-id", id, why.to_string()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Subject { team, bundles })
}

/// The files named, with the option each came with; standard input at most once.
fn files(args: &Args) -> Result<Vec<(Option<Input>, &Path)>, Error> {
    let groups = [
        (Input::MdatpHealth, &args.mdatp_health),
        (Input::Kextutil, &args.kextutil),
        (Input::Kmutil, &args.kmutil),
        (Input::Kextstat, &args.kextstat),
        (Input::SystemExtensionsCtl, &args.systemextensionsctl),
        (Input::Profiles, &args.profiles),
        (Input::SystemProfiler, &args.system_profiler),
        (Input::Enrollment, &args.enrollment),
        (Input::KextPolicy, &args.kext_policy_db),
        (Input::Spctl, &args.spctl),
        (Input::Csrutil, &args.csrutil),
        (Input::Bputil, &args.bputil),
    ];
    let named = groups
        .into_iter()
        .flat_map(|(input, paths)| paths.iter().map(move |path| (Some(input), path.as_path())));
    let files = args.files.iter().map(|path| (None, path.as_path()));
    let files: Vec<(Option<Input>, &Path)> = files.chain(named).collect();
    if files
        .iter()
        .filter(|(_, path)| *path == Path::new("-"))
        .count()
        > 1
    {
        return Err(Error::new("standard input can be only one of the files")
            .help("save the others to files and name those"));
    }
    Ok(files)
}

/// Writes the policy instead of leaving it to be copied; the next steps name its file.
fn write_policy(
    path: &Path,
    answer: &mut Answer<'_>,
    context: &mut Context<'_>,
) -> Result<(), Error> {
    let name = repository::display_path(path);
    let Some(policy) = answer.steps.policy.take() else {
        let _ = writeln!(
            context.err,
            "note: {} is not written: no policy is needed here",
            quoted(&name)
        );
        return Ok(());
    };
    if path.exists() {
        return Err(Error::new(format!("{} exists already", quoted(&name)))
            .help("name a file that does not exist yet, or add the entries of the answer to your policy"));
    }
    let output = write::Output {
        path,
        links: write::Links::Refuse,
        content: policy.as_bytes(),
    };
    // A file that exists is not written, so nothing that was read is.
    write::all_or_none(&[output], &write::Reads::nothing(), write::IfSame::Leave)?;
    let _ = writeln!(context.err, "wrote {}", quoted(&name));
    answer.steps.written_to(&name);
    Ok(())
}

/// What the policy file says.
fn policy_facts(
    path: &Path,
    subject: &Subject,
    context: &mut Context<'_>,
) -> Result<Vec<Fact>, Error> {
    let bytes = evidence::read(path)?;
    let name = repository::display_path(path);
    let policy = policy::read(&name, &bytes).map_err(|errors| {
        // The failure below is what counts.
        let _ = policy_errors::errors(&name, &bytes, &errors, context.err);
        Error::new(format!("the policy {} has errors", visible(&name)))
            .help("correct them, then run this again")
    })?;
    Ok(diagnose::evidence_of_policy(&policy, subject))
}
