//! Who is asked of single articles: a version of an index that stays open, and a thread that answers.

use std::path::Path;
use std::sync::mpsc::{Sender, SyncSender, channel};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use samestory::corpus::Article;
use samestory::error::Error;
use samestory::index::{Index, Sight};

use crate::errors::Failure;
use crate::work::lock;

/// A version that was opened, and who is asked of single articles.
pub(crate) struct Reader {
    pub(crate) stamp: Stamp,
    pub(crate) index: Arc<Index>,
    /// A thread that lives as long as this, and the process that has it: a child by a fork does not.
    pub(crate) asked: Option<(u32, Sender<Asked>)>,
}

/// What tells one version of the manifest from the next without reading it.
pub(crate) type Stamp = Option<(u64, SystemTime)>;

/// A question about one article, and where the answer goes.
pub(crate) struct Asked {
    pub(crate) article: Article<'static>,
    pub(crate) answer: SyncSender<samestory::error::Result<Sight>>,
}

/// What tells the version of a folder now.
pub(crate) fn stamp(folder: &Path) -> Stamp {
    let manifest = folder.join("MANIFEST").metadata().ok()?;
    Some((manifest.len(), manifest.modified().ok()?))
}

/// Asks about one article; who answers is there as long as this version of the index is the last.
pub(crate) fn ask(
    reader: &Mutex<Option<Reader>>,
    index: Arc<Index>,
    mut asked: Asked,
) -> Result<(), Failure> {
    let mut reader = lock(reader);
    let own = std::process::id();
    if let Some(reader) = &*reader
        && let Some((process, sender)) = &reader.asked
        && *process == own
        && Arc::ptr_eq(&reader.index, &index)
    {
        match sender.send(asked) {
            Ok(()) => return Ok(()),
            Err(unsent) => asked = unsent.0,
        }
    }
    let (sender, questions) = channel::<Asked>();
    let answering = Arc::clone(&index);
    let thread = std::thread::Builder::new().name("samestory-seen".to_owned());
    let thread = thread.spawn(move || {
        let seer = answering.seer();
        for asked in questions {
            let answer = match &seer {
                Ok(seer) => seer.look(&asked.article),
                Err(error) => Err(Error::io("index", std::io::Error::other(error.to_string()))),
            };
            let _ = asked.answer.send(answer);
        }
    });
    thread.map_err(|error| Failure::Setting(format!("threads: {error}")))?;
    let sent = sender.send(asked);
    if let Some(reader) = reader.as_mut().filter(|it| Arc::ptr_eq(&it.index, &index)) {
        reader.asked = Some((own, sender));
    }
    sent.map_err(|_| Failure::Setting("threads: none answers".to_owned()))
}
