//! What the Python package `samestory` does in Rust: it reads Arrow, runs the library, and gives Arrow back.
//!
//! The face of the package is Python, in `samestory/`; nothing here is for others to call. Whatever takes long is done by
//! threads of its own while the interpreter is free, and ends within a second of Ctrl-C.

mod answers;
mod arrow;
mod asked;
mod errors;
mod explain;
mod forms;
mod furniture;
mod heap;
mod index;
mod keeping;
mod kernel;
mod run;
mod settings;
mod source;
mod staged;
mod stories;
mod summary;
mod work;

use pyo3::prelude::*;

/// The extension module.
#[pymodule]
mod _samestory {
    use std::ffi::OsString;

    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::arrow::ArrowTable;
    #[pymodule_export]
    use crate::explain::{evaluate, explain};
    #[pymodule_export]
    use crate::furniture::Learned;
    #[pymodule_export]
    use crate::index::Kept;
    #[pymodule_export]
    use crate::kernel::{shingles, signature, similarity};
    #[pymodule_export]
    use crate::run::Run;
    #[pymodule_export]
    use crate::source::{KeptRows, Source};
    #[pymodule_export]
    use crate::staged::Stages;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        samestory::cli::keep_readers_quiet();
        module.add("MARKS", samestory::dedup::MARK_COLUMNS.to_vec())?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }

    /// Runs the command line and gives the exit status.
    #[pyfunction]
    fn command_line(py: Python<'_>, call: Vec<OsString>) -> u8 {
        py.detach(|| samestory::cli::main(call))
    }
}
