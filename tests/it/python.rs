//! Other people's readers, where there is a Python that can install them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python with these packages, in an environment below `target/`; `None` where there cannot be one.
pub(crate) fn python_with(environment: &str, packages: &[&str]) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(environment);
    let python = folder.join("bin/python");
    let runs = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let names: Vec<&str> = packages
        .iter()
        .filter_map(|package| package.split(['<', '>', '=']).next())
        .collect();
    let import = format!("import {}", names.join(", "));
    let has_all = || runs(Command::new(&python).args(["-c", &import]));
    if has_all() {
        return Some(python);
    }
    let made = runs(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    let pip = ["-m", "pip", "install", "--quiet", "--timeout", "20"];
    let mut pip_install = Command::new(&python);
    pip_install.args(pip).args(packages);
    (made && runs(&mut pip_install) && has_all()).then_some(python)
}
