//! Runs the program in a folder of its own, as a user would.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Three articles that have nothing in common.
pub(crate) const FERRY: &str = "The ferry to the northern islands will not sail before Monday, the harbour master \
    said on Friday night, after a storm tore two mooring lines and pushed the vessel against the old stone quay.";
pub(crate) const BRIDGE: &str = "Engineers closed the iron bridge over the Senn to lorries this week because rust had \
    eaten through a bearing that was last painted when trams still crossed it, a report to the council says.";
pub(crate) const PUFFINS: &str = "Volunteers counted eleven hundred pairs of puffins on the cliffs this spring, the \
    most since records began, and credit a ban on sand eel fishing that local crews had opposed for years.";

/// The program, ready for arguments.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_samestory"))
}

/// How a call ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// What it wrote, if all went well.
    pub(crate) fn done(self) -> String {
        assert_eq!(self.status, Some(0), "{}", self.err);
        self.out
    }

    /// What it complained of, if it failed and wrote nothing to standard output.
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.status, Some(1), "{}", self.err);
        self.err
    }
}

/// A folder that is gone after the test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("there is a place for temporary files"))
    }

    /// A folder with one file.
    pub(crate) fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, bytes);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        let parent = path.parent().expect("it lies in the folder");
        fs::create_dir_all(parent).expect("folders can be made");
        fs::write(path, bytes).expect("files can be written");
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("it is UTF-8")
    }

    /// Every file below it, hidden ones too, by name.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = walkdir::WalkDir::new(self.0.path())
            .into_iter()
            .map(|entry| entry.expect("it can be listed"))
            .filter(|entry| entry.file_type().is_file())
            .filter_map(|entry| Some(entry.path().strip_prefix(self.0.path()).ok()?.to_owned()))
            .map(|path| path.to_str().expect("names are UTF-8").to_owned())
            .collect();
        files.sort();
        files
    }

    /// A call from within the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(arguments).current_dir(self.0.path());
        command
    }

    /// Calls the program from within the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with_input(arguments, b"")
    }

    /// The same, with something on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let output = assert_cmd::Command::from_std(self.command(arguments))
            .write_stdin(input)
            .output()
            .expect("the program starts");
        Ran {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).expect("the output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("the messages are UTF-8"),
        }
    }
}

/// A record of three fields.
pub(crate) fn json_line(id: &str, title: &str, text: &str) -> String {
    let value = serde_json::json!({ "id": id, "title": title, "text": text });
    format!("{value}\n")
}

/// A text that tells nothing which another one of these tells, in the small words that all texts have.
pub(crate) fn filler(number: usize) -> String {
    const SMALL: &str = "the of a to and in on was for that said it had at from with by as after is be which were but not two \
        would its has who first there no will an this their they one night week could been more nobody over some four when";
    const LARGE: [&str; 8] = [
        "granite", "parish", "ledger", "turnip", "beacon", "orchard", "lorry", "gravel",
    ];
    let small: Vec<&str> = SMALL.split_whitespace().collect();
    let mut state = number as u64 * 2 + 1;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(number as u64);
        (state >> 33) as usize % below
    };
    let mut word = || match next(5) {
        0 | 1 => format!("{}{}", LARGE[next(8)], next(997)),
        _ => small[next(small.len())].to_owned(),
    };
    let words: Vec<String> = (0..70).map(|_| word()).collect();
    words.join(" ")
}

/// Five records: a ferry, a bridge, the ferry again, a longer ferry, and puffins.
pub(crate) fn small_dump() -> String {
    [
        json_line("ferry", "No ferry", FERRY),
        json_line("bridge", "Bridge, \"closed\"", BRIDGE),
        json_line("again", "Ferry in port", FERRY),
        json_line(
            "longer",
            "No ferry",
            &format!("{FERRY} Nobody was hurt, he added."),
        ),
        json_line("puffins", "Puffins", PUFFINS),
    ]
    .concat()
}

pub(crate) fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes.as_ref())
        .and_then(|()| encoder.finish())
        .expect("memory can be written")
}

pub(crate) fn gunzip(bytes: &[u8]) -> String {
    std::io::read_to_string(flate2::read::MultiGzDecoder::new(bytes)).expect("it is gzip of UTF-8")
}

/// The rows of a CSV, header first.
pub(crate) fn rows(csv: &str) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes())
        .into_records()
        .map(|row| row.expect("it is CSV").iter().map(str::to_owned).collect())
        .collect()
}

/// Two columns of a CSV with a header.
pub(crate) fn columns(csv: &str, names: [&str; 2]) -> Vec<(String, String)> {
    let rows = rows(csv);
    let at = names.map(|name| {
        let found = rows[0].iter().position(|column| column == name);
        found.unwrap_or_else(|| panic!("no column {name}"))
    });
    rows[1..]
        .iter()
        .map(|row| (row[at[0]].clone(), row[at[1]].clone()))
        .collect()
}
