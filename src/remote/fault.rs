//! What goes wrong with what lies elsewhere, and whether it is worth another try.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::error::{Error, ErrorKind, RemoteFault};
use crate::names;

/// What went wrong with one request.
#[derive(Debug)]
pub(super) enum Fault {
    /// Another try may help; the other side may have said after what time.
    Passing(String, Option<Duration>),
    /// It is no longer what it was when it was found.
    Changed,
    /// Another try would not help.
    Final(RemoteFault),
    /// What came could not be kept on this machine.
    Kept(io::Error),
    Interrupted,
}

impl Fault {
    pub(super) fn other(why: impl ToString) -> Fault {
        Fault::Final(RemoteFault::Other(why.to_string()))
    }

    /// The error of an address, whose temporary files would go to a folder.
    pub(super) fn error(self, name: &Path, folder: &Path) -> Error {
        let address = names::of(name);
        let fault = match self {
            Fault::Passing(why, _) => RemoteFault::Broken(why),
            Fault::Final(fault) => fault,
            Fault::Changed => return ErrorKind::Changed { input: address }.into(),
            Fault::Interrupted => return ErrorKind::Interrupted.into(),
            Fault::Kept(source) => {
                let folder = folder.to_owned();
                return ErrorKind::Spill { folder, source }.into();
            }
        };
        ErrorKind::Remote { address, fault }.into()
    }
}

/// The innermost reason of an error, which says most in fewest words.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    // Some servers answer with a whole page.
    const LONGEST: usize = 200;
    let told = error.to_string();
    let told: Vec<&str> = told.split_whitespace().collect();
    let told = told.join(" ");
    match told.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &told[..end]),
        None => told,
    }
}

/// The times between tries: they double, and a success starts them again.
#[derive(Debug, Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// So many failures in a row are one too many.
    const MOST: u32 = 7;
    const FIRST: Duration = Duration::from_millis(250);
    /// Longer than this nobody is waited for, whatever they ask.
    const LONGEST: Duration = Duration::from_secs(60);

    pub(super) fn again(&mut self) {
        self.0 = 0;
    }

    /// Waits before another try; gives the fault back where it is not worth one.
    pub(super) async fn after(&mut self, fault: Fault) -> Result<(), Fault> {
        let Fault::Passing(why, asked) = fault else {
            return Err(fault);
        };
        self.0 += 1;
        if self.0 >= Tries::MOST {
            let why = format!("{why} ({} tries)", self.0);
            return Err(Fault::Passing(why, asked));
        }
        let wait = Tries::FIRST * (1 << (self.0 - 1));
        let wait = asked.map_or(wait, |asked| asked.max(wait));
        tokio::time::sleep(wait.min(Tries::LONGEST)).await;
        Ok(())
    }
}
