//! What a shell and a manual want to know of the command line: `samestory completions`, `samestory man`.

use std::io::{self, Write};

use anyhow::anyhow;
use clap::CommandFactory;
use clap_complete::Shell;
use samestory::error::Error;

use super::args::Cli;

/// Writes what completes the command line in a shell to standard output.
pub(crate) fn completions(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "samestory", &mut script);
    write(&script)
}

/// Writes the manual page of the tool, or of one of its commands, to standard output.
pub(crate) fn man(command: Option<&str>) -> anyhow::Result<()> {
    let mut cli = Cli::command();
    cli.build();
    let page = match command {
        None => cli,
        Some(name) => {
            let found = cli.find_subcommand(name).cloned();
            found.ok_or_else(|| anyhow!("no command \"{name}\""))?
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|error| Error::io("-", error))?;
    write(&text)
}

fn write(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    Ok(written.map_err(|error| Error::io("-", error))?)
}
