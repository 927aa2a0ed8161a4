//! From the library's errors to the package's exceptions, which are classes in Python.

use std::path::Path;

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError};
use pyo3::prelude::*;
use samestory::error::{Error, ErrorKind};

/// What went wrong while Python was not held.
#[derive(Debug)]
pub(crate) enum Failure {
    Library(Error),
    /// Something about the data that was handed over; with the row, where it is known.
    Data(String),
    /// A setting that is none.
    Setting(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Library(error)
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Failure {
        Failure::Library(kind.into())
    }
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Failure {
        Failure::Data(match error {
            // What a producer says for itself, without whose error it is.
            ArrowError::CDataInterface(said) => said,
            other => other.to_string(),
        })
    }
}

impl From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Failure {
        Failure::Data(error.to_string())
    }
}

impl Failure {
    /// The exception that says so.
    pub(crate) fn raise(self, py: Python<'_>) -> PyErr {
        match self.exception(py) {
            Ok(error) | Err(error) => error,
        }
    }

    fn exception(self, py: Python<'_>) -> PyResult<PyErr> {
        let error = match self {
            Failure::Library(error) => error,
            Failure::Data(reason) => return made(py, "ReadError", &reason, Some("data"), None),
            Failure::Setting(reason) => return made(py, "SettingError", &reason, None, None),
        };
        let mut text = error.to_string();
        if let Some(remedy) = samestory::cli::remedy(&error) {
            text = format!("{text}\n  {}", in_python(&remedy));
        }
        let path = |path: &Path| path.to_string_lossy().into_owned();
        match error.kind() {
            ErrorKind::Interrupted => Ok(PyKeyboardInterrupt::new_err(())),
            ErrorKind::Setting {
                name,
                value,
                expected,
            } => {
                let name = name.trim_start_matches('-').replace('-', "_");
                let text = format!("{name} is {value}: it must be {expected}");
                made(py, "SettingError", &text, None, None)
            }
            ErrorKind::NoTextField { .. }
            | ErrorKind::UnknownField { .. }
            | ErrorKind::NoHeader { .. } => made(py, "ColumnError", &text, None, None),
            ErrorKind::UnknownId { .. } => made(py, "UnknownIdError", &text, None, None),
            ErrorKind::Memory { .. } => made(py, "MemoryLimitError", &text, None, None),
            ErrorKind::BadRecord { input, record, .. } => {
                made(py, "ReadError", &text, Some(input), Some(*record))
            }
            ErrorKind::Table {
                path: file, line, ..
            } => made(py, "ReadError", &text, Some(&path(file)), Some(*line)),
            ErrorKind::NoInput { input, .. }
            | ErrorKind::Changed { input }
            | ErrorKind::TooMuch { input }
            | ErrorKind::TitlesOnly { input, .. }
            | ErrorKind::Unread { input, .. }
            | ErrorKind::Unfit { input, .. } => made(py, "ReadError", &text, Some(input), None),
            ErrorKind::Io { path: file, .. } => {
                made(py, "ReadError", &text, Some(&path(file)), None)
            }
            ErrorKind::Spill { folder, .. } => {
                made(py, "ReadError", &text, Some(&path(folder)), None)
            }
            ErrorKind::State { path: file, .. } | ErrorKind::Index { path: file, .. } => {
                made(py, "ReadError", &text, Some(&path(file)), None)
            }
            _ => made(py, "Error", &text, None, None),
        }
    }
}

/// A remedy with the keywords of Python for the flags of the command line; what follows the name of the program is a command, which
/// the package has too.
fn in_python(remedy: &str) -> String {
    let (said, command) = remedy
        .find("samestory ")
        .map_or((remedy, ""), |at| remedy.split_at(at));
    let mut words = said.split(' ').peekable();
    let mut made: Vec<String> = Vec::new();
    while let Some(word) = words.next() {
        let flag = word.trim_end_matches([',', ';', ':', ')']);
        let behind = &word[flag.len()..];
        let (before, flag) = match flag.strip_prefix('(') {
            Some(flag) => ("(", flag),
            None => ("", flag),
        };
        let Some(name) = keyword(flag) else {
            made.push(word.to_owned());
            continue;
        };
        // What such a flag is given is a text.
        let value = match flag {
            "--text-field" | "--columns" | "--after" if behind.is_empty() => {
                words.next_if(|next| *next != "with")
            }
            _ => None,
        };
        made.push(match value {
            Some(value) => format!("{before}{name}={value:?}{behind}"),
            None => format!("{before}{name}={behind}"),
        });
    }
    format!("{}{command}", made.join(" "))
}

/// The keyword of a flag.
fn keyword(flag: &str) -> Option<String> {
    let name = match flag {
        "-o" => "output",
        "--date-field" => "published",
        "--strip-furniture" => "clean",
        flag => flag.strip_prefix("--").filter(|name| !name.is_empty())?,
    };
    let name = name.strip_suffix("-field").unwrap_or(name);
    Some(name.replace('-', "_"))
}

/// An exception of the package's, with the file and the record it speaks of.
fn made(
    py: Python<'_>,
    class: &str,
    text: &str,
    path: Option<&str>,
    record: Option<u64>,
) -> PyResult<PyErr> {
    let class = py.import("samestory._errors")?.getattr(class)?;
    let error = class.call1((text,))?;
    error.setattr("path", path)?;
    error.setattr("record", record)?;
    Ok(PyErr::from_value(error))
}

/// Said where a thread of ours ended without a word, which is a fault of ours.
pub(crate) fn lost() -> PyErr {
    PyRuntimeError::new_err("samestory broke off: please report what was being done")
}
