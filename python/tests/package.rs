//! The Python package: what cargo has built of it goes into a virtual environment, and `pytest` runs there.
//!
//! The environment is below `target/`, made once and again when `requirements.txt` changes. Where Python's packages cannot be had the
//! test names itself as skipped.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn the_python_package_passes_its_tests() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = match environment(package) {
        Ok(python) => python,
        Err(why) => {
            // To standard error itself, which the test runner does not keep to itself.
            let _ = writeln!(
                io::stderr(),
                "skipped: the tests of the Python package: {why}"
            );
            return;
        }
    };
    let built = built();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("package");
    install(package, &built, &place).expect("the package can be laid out");
    let mut pytest = Command::new(&python);
    pytest.args([
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--durations=5",
    ]);
    if let Ok(flags) = std::env::var("PYTEST_FLAGS") {
        pytest.args(flags.split_whitespace());
    }
    // Not in the package's own folder: the sources would be imported, which have no extension beside them.
    pytest.current_dir(package.join("tests"));
    pytest.env("PYTHONPATH", &place);
    pytest.env("PYTHONDONTWRITEBYTECODE", "1");
    pytest.env("SAMESTORY_BINARY", profile().join("samestory"));
    pytest.stdin(Stdio::null());
    let status = pytest.status().expect("pytest can be run");
    assert!(status.success(), "pytest: {status}");
}

/// The folder that cargo builds into.
fn profile() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let profile = test.ancestors().nth(2);
    profile
        .expect("tests are two folders below the profile's")
        .to_owned()
}

/// The extension that cargo has built beside this test.
fn built() -> PathBuf {
    let profile = profile();
    let name = format!(
        "{}samestory_python{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let built = profile.join(&name);
    // What is built for its tests alone does not get a name of its own.
    let in_deps = profile.join("deps").join(&name);
    let age = |path: &Path| path.metadata().and_then(|it| it.modified()).ok();
    let newest = if age(&in_deps) > age(&built) {
        in_deps
    } else {
        built
    };
    assert!(newest.exists(), "cargo has built no {}", newest.display());
    newest
}

/// Lays out the package as a wheel would.
fn install(package: &Path, built: &Path, place: &Path) -> io::Result<()> {
    match fs::remove_dir_all(place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    copy_all(&package.join("samestory"), &place.join("samestory"))?;
    let name = if cfg!(windows) {
        "_samestory.pyd"
    } else {
        "_samestory.abi3.so"
    };
    let extension = place.join("samestory").join(name);
    // Half a gigabyte with what debuggers want to know.
    fs::hard_link(built, &extension).or_else(|_| fs::copy(built, &extension).map(drop))?;
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true if entry.file_name() == "__pycache__" => {}
            true => copy_all(&entry.path(), &target)?,
            false => {
                fs::copy(entry.path(), target)?;
            }
        }
    }
    Ok(())
}

/// The Python of an environment with the packages of all groups that can be had.
fn environment(package: &Path) -> Result<PathBuf, String> {
    let wanted = fs::read_to_string(package.join("tests/requirements.txt"));
    let wanted = wanted.map_err(|error| error.to_string())?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-package");
    let (python, stamp) = (folder.join("bin/python"), folder.join("installed.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    for (number, group) in wanted.split("# group: ").skip(1).enumerate() {
        let (name, packages) = group.split_once('\n').unwrap_or((group, ""));
        let packages = packages.lines().filter(|line| !line.trim().is_empty());
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-compile",
            "--timeout",
            "60",
        ]);
        let installed = run(pip.args(packages));
        match installed {
            Ok(()) => {}
            Err(why) if number == 0 => return Err(why),
            Err(why) => println!("not to be had, and not tried: {name}: {why}"),
        }
    }
    fs::write(&stamp, wanted).map_err(|error| error.to_string())?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().last().unwrap_or_default();
            Err(format!("{:?}: {last}", command.get_program()))
        }
    }
}
