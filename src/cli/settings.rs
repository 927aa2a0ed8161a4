//! The configuration file: flags that are given with every call, unless the call gives them itself.
//!
//! A key is the name of a flag with underscores, so that there is one list of settings. What a file says is put before
//! what the call says, and left out where the call says it too. A file that is merely found, in the working directory, sets
//! no paths: a run within somebody else's dump writes nothing but what the call names.

use std::any::TypeId;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::{Arg, ArgAction, Command, CommandFactory};
use samestory::error::Error;
use toml::{Table, Value};

use super::args::Cli;

/// The file that is read without being named, in the working directory.
const FILE: &str = "samestory.toml";

/// The table whose keys are the roles of fields: `text = "body"` is `text_field = "body"`.
const FIELDS: &str = "fields";

/// Flags that say what one call is to do, and are no settings.
const NO_SETTINGS: [&str; 8] = [
    "config",
    "dry_run",
    "help",
    "inputs",
    "output",
    "quiet",
    "report_json",
    "verbose",
];

/// The arguments of a call with those of its configuration file before them.
pub(crate) fn arguments(call: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    let cli = Cli::command();
    let name = call.get(1).and_then(|name| name.to_str());
    let Some(mut command) = name.and_then(|name| cli.find_subcommand(name)) else {
        return Ok(call);
    };
    // A command may have commands of its own.
    let mut depth = 2;
    while let Some(below) = call.get(depth).and_then(|name| name.to_str()) {
        let Some(found) = command.find_subcommand(below) else {
            break;
        };
        (command, depth) = (found, depth + 1);
    }
    let takes_settings = command.get_arguments().any(|arg| arg.get_id() == "config");
    let asks_for_help = given(&call, "help") || call.iter().any(|arg| arg == "-h");
    if !takes_settings || asks_for_help {
        return Ok(call);
    }
    let file = match named(&call) {
        Some(file) => file,
        None if Path::new(FILE).is_file() => PathBuf::from(FILE),
        None => return Ok(call),
    };
    let mut settings = Settings::read(&file, command, &cli)?;
    settings.was_named = named(&call).is_some();
    let mut arguments = call[..depth].to_vec();
    arguments.extend(settings.arguments(&call)?);
    if !given(&call, "config") {
        arguments.push(OsString::from(format!("--config={FILE}")));
    }
    arguments.extend_from_slice(&call[depth..]);
    Ok(arguments)
}

/// The file that a call's settings were taken from.
pub(crate) fn from_file(arguments: &[OsString]) -> Option<String> {
    named(arguments).map(|file| file.display().to_string())
}

/// The arguments before `--`, behind which there are only inputs.
fn flags(call: &[OsString]) -> impl Iterator<Item = &OsStr> {
    let flags = call.iter().map(OsString::as_os_str);
    flags.take_while(|arg| *arg != "--")
}

/// Whether a call has a flag.
fn given(call: &[OsString], flag: &str) -> bool {
    flags(call).any(|arg| {
        let arg = arg.to_string_lossy();
        arg.strip_prefix("--")
            .is_some_and(|arg| arg.split('=').next() == Some(flag))
    })
}

/// Whether a call has a flag of one letter.
fn given_short(call: &[OsString], flag: char) -> bool {
    flags(call).any(|arg| {
        let arg = arg.to_string_lossy();
        arg.starts_with('-') && !arg.starts_with("--") && arg[1..].starts_with(flag)
    })
}

/// The file that a call names; without a name after the flag, clap complains of it.
fn named(call: &[OsString]) -> Option<PathBuf> {
    let mut arguments = flags(call);
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        let text = argument.to_string_lossy();
        if let Some(file) = text.strip_prefix("--config=") {
            return Some(PathBuf::from(file));
        }
    }
    None
}

/// A file and the flags that its keys may stand for.
struct Settings<'c> {
    file: PathBuf,
    table: Table,
    /// Whether the call names the file. One that merely lies there may be anybody's.
    was_named: bool,
    command: &'c Command,
    /// Every command that takes settings: a key may mean something to another one than this.
    cli: &'c Command,
}

impl<'c> Settings<'c> {
    fn read(file: &Path, command: &'c Command, cli: &'c Command) -> anyhow::Result<Settings<'c>> {
        let text = std::fs::read_to_string(file).map_err(|error| Error::io(file, error))?;
        let broken = |error: toml::de::Error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            anyhow!("{}:{line}: {}", file.display(), error.message())
        };
        Ok(Settings {
            file: file.to_owned(),
            was_named: true,
            table: text.parse().map_err(broken)?,
            command,
            cli,
        })
    }

    /// The settings as flags, but those that the call gives itself.
    fn arguments(&self, call: &[OsString]) -> anyhow::Result<Vec<OsString>> {
        let mut arguments = Vec::new();
        for (key, value) in self.flat()? {
            self.check_known(&key)?;
            self.check_paths(&key)?;
            // A setting of another command's says nothing here.
            let Some(arg) = setting(self.command, &key) else {
                continue;
            };
            let flag = arg.get_long().unwrap_or_default();
            let argument = self.argument(arg, &key, &value)?;
            let mut names = arg.get_all_aliases().unwrap_or_default();
            names.push(flag);
            let is_given = names.iter().any(|name| given(call, name))
                || arg
                    .get_short()
                    .is_some_and(|short| given_short(call, short));
            if !is_given {
                arguments.extend(argument.map(OsString::from));
            }
        }
        Ok(arguments)
    }

    /// All keys, with those of the table of fields as their flags have them.
    fn flat(&self) -> anyhow::Result<Vec<(String, Value)>> {
        let mut flat = Vec::new();
        for (key, value) in &self.table {
            match value {
                Value::Table(fields) if key == FIELDS => {
                    for (role, name) in fields {
                        let key = format!("{role}_field");
                        if setting(self.command, &key).is_none() {
                            let roles = self.known().into_iter();
                            let roles = roles.filter_map(|known| {
                                known.strip_suffix("_field").map(str::to_owned)
                            });
                            return Err(self.unknown(&format!("{FIELDS}.{role}"), role, roles));
                        }
                        flat.push((key, name.clone()));
                    }
                }
                _ => flat.push((key.clone(), value.clone())),
            }
        }
        Ok(flat)
    }

    fn check_known(&self, key: &str) -> anyhow::Result<()> {
        let known = self.known();
        if known.iter().any(|known| known == key) {
            return Ok(());
        }
        Err(self.unknown(key, key, known.into_iter().chain([FIELDS.to_owned()])))
    }

    /// Refuses a setting that names a file or a folder, unless whoever calls knows of the settings.
    fn check_paths(&self, key: &str) -> anyhow::Result<()> {
        let mut commands = self.cli.get_subcommands();
        let is_path = |arg: &Arg| arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
        let names_path = commands.any(|command| setting(command, key).is_some_and(is_path));
        if names_path && !self.was_named {
            let file = self.file.display();
            bail!(
                "{file}: {key} names a file or a folder, which settings that are merely found may not\n  \
                give --config {file} if it is yours, or the path as a flag"
            );
        }
        Ok(())
    }

    fn known(&self) -> Vec<String> {
        let commands = self.cli.get_subcommands();
        let settings = commands
            .filter(|command| command.get_arguments().any(|arg| arg.get_id() == "config"))
            .flat_map(Command::get_arguments)
            .filter(|arg| is_setting(arg));
        settings.map(|arg| arg.get_id().to_string()).collect()
    }

    /// The complaint about a key, with the known one most like it.
    fn unknown(
        &self,
        shown: &str,
        key: &str,
        known: impl Iterator<Item = String>,
    ) -> anyhow::Error {
        let alike = |known: &String| (strsim::jaro_winkler(key, known) * 1e6) as u64;
        let nearest = known.max_by_key(alike).unwrap_or_default();
        let file = self.file.display();
        anyhow!("{file}: no setting \"{shown}\"; the nearest is \"{nearest}\"")
    }

    fn argument(&self, arg: &Arg, key: &str, value: &Value) -> anyhow::Result<Option<String>> {
        let flag = arg.get_long().unwrap_or_default();
        let takes_value = !matches!(arg.get_action(), ArgAction::SetTrue);
        let file = self.file.display();
        let text = match value {
            Value::Boolean(on) if !takes_value => return Ok(on.then(|| format!("--{flag}"))),
            _ if !takes_value => bail!("{file}: {key} is true or false"),
            Value::String(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Array(items) if matches!(arg.get_action(), ArgAction::Append) => {
                let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                match items {
                    Some(items) => items.join(","),
                    None => bail!("{file}: {key} is a list of texts"),
                }
            }
            _ => bail!("{file}: {key} is one text or number"),
        };
        Ok(Some(format!("--{flag}={text}")))
    }
}

fn is_setting(arg: &Arg) -> bool {
    arg.get_long().is_some() && !NO_SETTINGS.iter().any(|none| arg.get_id() == none)
}

fn setting<'c>(command: &'c Command, key: &str) -> Option<&'c Arg> {
    let mut arguments = command.get_arguments();
    arguments.find(|arg| is_setting(arg) && arg.get_id() == key)
}
